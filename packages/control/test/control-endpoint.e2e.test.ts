import { chmod, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { startNode, startProcess } from '../../../e2e/support/process.js';
import {
  type ControlEvent,
  createControlClient,
  isRunning,
  sharesPidNamespace,
  waitForProcessEnd,
} from '../src/client/index.js';
import { verifyAudit } from '../src/index.js';
import { curl, startService, tcp } from './support/service-process.js';
import { as, tokens } from './support/test-service.js';

const url = 'http://localhost/control/shutdown';

describe('a service with a control endpoint', () => {
  it('is stopped with curl, which returns with the report when the stop is over', async () => {
    const service = await startService({ drainMs: 300 });
    const answer = await curl([
      '--unix-socket',
      service.socketPath,
      '--json',
      '{"mode":"graceful","timeout":30}',
      url,
    ]);
    expect([answer.code, answer.status]).toEqual([0, '200']);
    const report = JSON.parse(answer.body) as { outcome: string; durationMs: number; pid: number };
    expect(report).toMatchObject({ outcome: 'clean', pid: service.process.pid, timeoutMs: 30_000 });
    expect(report.durationMs).toBeGreaterThan(290);
    expect(await service.process.waitForExit()).toMatchObject({ code: 0 });
  });

  it('does without any option: the answer to an empty POST is the report', async () => {
    const service = await startService();
    const answer = await curl(['--unix-socket', service.socketPath, '-X', 'POST', url]);
    expect([answer.code, answer.status]).toEqual([0, '200']);
    expect(await service.process.waitForExit()).toMatchObject({ code: 0 });
  });

  it.each([
    ['last-ditch', { hangsIn: 'drain' }, 'clean', 0],
    ['ldm', {}, 'clean', 0],
    ['force', { hangsIn: 'drain' }, 'forced', 2],
    ['lame-duck', { lifecycle: { lameDuckMs: 50, lameDuckGraceMs: 10 } }, 'clean', 0],
  ] as const)(
    'answers completely before it ends in the mode %s, and ends with the code in the report',
    async (mode, options, outcome, code) => {
      const service = await startService(options);
      const answer = await curl([
        '--unix-socket',
        service.socketPath,
        '--json',
        JSON.stringify({ mode }),
        url,
      ]);
      expect([answer.code, answer.status]).toEqual([0, '200']);
      expect(JSON.parse(answer.body)).toMatchObject({ outcome, exit: { code } });
      expect(await service.process.waitForExit()).toMatchObject({ code });
    },
  );

  it('answers completely when the deadline has forced the end', async () => {
    const service = await startService({ hangsIn: 'release' });
    const answer = await curl(['--unix-socket', service.socketPath, '--json', '{"timeout":0.5}', url]);
    expect(JSON.parse(answer.body)).toMatchObject({ outcome: 'forced', exit: { code: 2 } });
    expect(await service.process.waitForExit()).toMatchObject({ code: 2 });
  });

  it('streams its stop to curl line by line', async () => {
    const service = await startService({ drainMs: 50 });
    const answer = await curl([
      '--unix-socket',
      service.socketPath,
      '-X',
      'POST',
      '-H',
      'Accept: application/x-ndjson',
      url,
    ]);
    const types = answer.body
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect([types[0], types.at(-1)]).toEqual(['status', 'report']);
    expect(types).toContain('phase-end');
  });

  it('is stopped over the loopback port by whoever has the token', async () => {
    const service = await startService({ control: tcp });
    const target = `${service.addresses.url}/control/shutdown`;
    expect(await curl(['-X', 'POST', target])).toMatchObject({ code: 0, status: '401' });
    expect(
      await curl(['-X', 'POST', '-H', `Authorization: ${as('observe').Authorization}`, target]),
    ).toMatchObject({ status: '403' });
    expect(
      await curl(['-X', 'POST', '-H', `Authorization: ${as('operate').Authorization}`, target]),
    ).toMatchObject({ status: '200' });
    expect(await service.process.waitForExit()).toMatchObject({ code: 0 });
  });

  it('is stopped by the client, who knows when the process has really gone', async () => {
    const service = await startService({ control: tcp, drainMs: 100 });
    const client = createControlClient({ url: service.addresses.url ?? '', token: tokens.operate });
    const { process: identity } = await client.status();
    expect(identity.pid).toBe(service.process.pid);
    expect(sharesPidNamespace(identity)).toBe(true);
    expect(isRunning(identity)).toBe(true);
    const events: ControlEvent[] = [];
    const report = await client.shutdown({ onEvent: (event) => void events.push(event) });
    expect(await waitForProcessEnd(identity, { timeoutMs: 10_000 })).toBe(true);
    expect(isRunning(identity)).toBe(false);
    expect(report.outcome).toBe('clean');
    expect(events.at(-1)?.type).toBe('report');
    await expect(client.status()).rejects.toMatchObject({ code: 'QUIESCE_CONTROL_UNREACHABLE' });
  });

  it('gives 500 callers at once one stop and 500 equal reports', async () => {
    const service = await startService({ drainMs: 1_500, control: { limits: { maxConnections: 600 } } });
    const client = createControlClient({ socketPath: service.socketPath });
    const reports = await Promise.all(Array.from({ length: 500 }, () => client.shutdown()));
    expect(new Set(reports.map((report) => JSON.stringify(report))).size).toBe(1);
    expect(reports[0]?.outcome).toBe('clean');
    expect(await service.process.waitForExit()).toMatchObject({ code: 0 });
    expect(service.process.stderr.match(/stopping \(/g)).toHaveLength(1);
  });

  it('lets callers know at once when it is killed while they wait, and its socket is taken over by the next', async () => {
    const service = await startService({ hangsIn: 'drain' });
    const client = createControlClient({ socketPath: service.socketPath });
    const waiting = Promise.allSettled([
      client.shutdown(),
      client.shutdown({ onEvent: () => {} }),
      curl(['--unix-socket', service.socketPath, '-X', 'POST', url]),
    ]);
    await expect.poll(async () => (await client.status()).waitingCallers, { timeout: 10_000 }).toBe(3);
    service.process.signal('SIGKILL');
    const [plain, streamed, byCurl] = await waiting;
    expect(plain).toMatchObject({ status: 'rejected', reason: { code: 'QUIESCE_CONTROL_LOST' } });
    expect(streamed).toMatchObject({ status: 'rejected', reason: { code: 'QUIESCE_CONTROL_LOST' } });
    // 52: nothing came back. 56: the connection broke. Source: curl(1).
    expect(byCurl.status === 'fulfilled' && [52, 56].includes(byCurl.value.code ?? 0)).toBe(true);
    await service.process.waitForExit();
    await expect(client.status()).rejects.toMatchObject({ code: 'QUIESCE_CONTROL_UNREACHABLE' });
    const next = await startService({}, service.directory);
    expect((await client.shutdown()).pid).toBe(next.process.pid);
  });

  it('does not give its socket to a second one of the same name, which says so and ends with 1', async () => {
    const service = await startService();
    const argument = JSON.stringify({ control: { socketPath: service.socketPath } });
    const second = startNode(new URL('./fixtures/service-with-control.mjs', import.meta.url), [argument]);
    expect(await second.waitForExit()).toMatchObject({ code: 1 });
    expect(second.stderr).toContain('is in use: a process answers on it');
    const client = createControlClient({ socketPath: service.socketPath });
    expect((await client.status()).pid).toBe(service.process.pid);
  });

  it.runIf(process.getuid?.() === 0)(
    'is closed to another Unix user, whatever the directory says',
    async () => {
      const service = await startService();
      const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
      const status = ['--unix-socket', service.socketPath, 'http://localhost/control/status'];
      // 7: no connection. Source: curl(1).
      expect(await curl(status, nobody)).toMatchObject({ code: 7 });
      await chmod(service.directory, 0o755);
      expect(await curl(status, nobody)).toMatchObject({ code: 7 });
      expect(await curl(status)).toMatchObject({ code: 0, status: '200' });
    },
  );

  it.runIf(process.getuid?.() === 0)('can be run by another Unix user, and root can stop it', async () => {
    const directory = (await startService()).directory;
    await chmod(directory, 0o1777);
    const socketPath = `${directory}/nobody/orders.sock`;
    const fixture = new URL('./fixtures/service-with-control.mjs', import.meta.url).pathname;
    const argument = JSON.stringify({ control: { socketPath } });
    const service = startProcess('setpriv', [
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      process.execPath,
      fixture,
      argument,
    ]);
    await service.waitForLine(/^ready /);
    expect((await createControlClient({ socketPath }).shutdown()).outcome).toBe('clean');
    expect(await service.waitForExit()).toMatchObject({ code: 0 });
  });

  it('has put every stop on record before it ends, and the record is whole', async () => {
    const service = await startService();
    const auditFile = `${service.directory}/audit.log`;
    for (let each = 0; each < 3; each += 1) {
      const { process } = await startService(
        { control: { auditFile, socketPath: `${service.directory}/${each}.sock` } },
        service.directory,
      );
      await createControlClient({ socketPath: `${service.directory}/${each}.sock` }).shutdown({
        reason: `stop ${each}`,
      });
      await process.waitForExit();
    }
    const lines = (await readFile(auditFile, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ event }) => event)).toEqual(
      Array.from({ length: 3 }, () => ['opened', 'call', 'stopped']).flat(),
    );
    expect(await verifyAudit(auditFile)).toMatchObject({ ok: true, lines: 9 });
  });

  it('opens its audit log anew on a real SIGHUP, and does not end of it', async () => {
    const directory = (await startService()).directory;
    const auditFile = `${directory}/audit.log`;
    const service = await startService(
      { control: { auditFile, socketPath: `${directory}/own.sock` } },
      directory,
    );
    service.process.signal('SIGHUP');
    await expect.poll(() => readFile(auditFile, 'utf8'), { timeout: 10_000 }).toContain('"reopened"');
    expect((await createControlClient({ socketPath: `${directory}/own.sock` }).shutdown()).outcome).toBe(
      'clean',
    );
  });

  it('is stopped by a signal as well, and callers who wait are told the same', async () => {
    const service = await startService({ drainMs: 500 });
    const client = createControlClient({ socketPath: service.socketPath });
    service.process.signal('SIGTERM');
    await expect.poll(async () => (await client.status()).state, { timeout: 10_000 }).toBe('stopping');
    expect(await client.shutdown()).toMatchObject({ reason: 'signal:SIGTERM', outcome: 'clean' });
    expect(await service.process.waitForExit()).toMatchObject({ code: 0 });
  });
});
