import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/index.js';
import { send, sendStop } from '../support/http.js';
import { createTemporaryDirectory } from '../support/temporary-directory.js';
import { as, startTestService, type TestService, type TestServiceOptions } from '../support/test-service.js';

interface Audited extends TestService {
  readonly auditFile: string;
  lines(): Promise<Record<string, unknown>[]>;
}

async function startAudited({ control, ...options }: TestServiceOptions = {}): Promise<Audited> {
  const directory = await createTemporaryDirectory();
  const auditFile = join(directory, 'audit.log');
  const service = await startTestService({ tcp: true, ...options, control: { auditFile, ...control } });
  return Object.assign(service, {
    auditFile,
    async lines() {
      const text = await readFile(auditFile, 'utf8');
      return text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  });
}

/** Takes the file's directory away, so that nothing can be written. */
async function breakAudit({ auditFile, control }: Audited): Promise<void> {
  await rename(join(auditFile, '..'), `${join(auditFile, '..')}-away`);
  await control.reopenAudit().catch(() => {});
}

describe('the audit log of an endpoint', () => {
  it('has who asked for what, before it is done, and how the stop ended', async () => {
    const seen: Record<string, unknown>[][] = [];
    const service: Audited = await startAudited({
      components: [{ name: 'web', announce: async () => void seen.push(await service.lines()) }],
    });
    await sendStop(service.tcp, { mode: 'graceful', timeout: 5, reason: 'deploy 17' }, as('operate'));
    expect(seen[0]?.at(-1)).toMatchObject({
      event: 'call',
      outcome: 'accepted',
      caller: {
        name: 'token:the-operate',
        via: 'tcp',
        role: 'operate',
        address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      },
      method: 'POST',
      path: '/control/shutdown',
      request: { mode: 'graceful', timeout: 5, reason: 'deploy 17' },
    });
    await service.lifecycle.stopped;
    expect((await service.lines()).at(-1)).toMatchObject({
      event: 'stopped',
      mode: 'graceful',
      reason: 'deploy 17',
      outcome: 'clean',
      exitCode: 0,
    });
    expect(await verifyAudit(service.auditFile)).toMatchObject({ ok: true });
  });

  it('has every call that was refused, and why, and no call that only looked', async () => {
    const service = await startAudited();
    await send(service.tcp, { path: '/control/status', headers: as('observe') });
    await send(service.socket, { path: '/metrics' });
    await sendStop(service.tcp);
    await send(service.tcp, { path: '/control/status' });
    await sendStop(service.tcp, {}, as('observe'));
    await sendStop(service.tcp, { mode: 'force' }, as('operate'));
    await sendStop(service.socket, { mode: 'slow' });
    await send(service.tcp, { path: '/livez', headers: { Host: 'evil.example' } });
    const refused = (await service.lines()).filter(({ event }) => event === 'call');
    expect(refused.map((line) => [line['outcome'], line['status'], line['code']])).toEqual([
      ['refused', 401, 'unauthorized'],
      ['refused', 401, 'unauthorized'],
      ['refused', 403, 'role-too-weak'],
      ['refused', 403, 'role-too-weak'],
      ['refused', 400, 'bad-request'],
      ['refused', 403, 'host-refused'],
    ]);
    expect(refused[3]).toMatchObject({ request: { mode: 'force' } });
  });

  it('has both lines of a call that the service itself refused', async () => {
    const service = await startAudited({ lifecycle: { platformGraceMs: 20_000, timeoutMs: 10_000 } });
    await sendStop(service.socket, { timeout: 60 });
    const lines = (await service.lines()).filter(({ event }) => event === 'call');
    expect(lines.map(({ outcome }) => outcome)).toEqual(['accepted', 'refused']);
    expect(lines[0]?.['id']).toBe(lines[1]?.['id']);
  });

  it('does not grow with a flood: calls held back for their rate share a line', async () => {
    const limits = { callerRate: { perSecond: 1, burst: 1 } };
    const service = await startAudited({ control: { clock: createManualClock(), limits } });
    for (let each = 0; each < 20; each += 1) await sendStop(service.tcp, { mode: 'slow' }, as('operate'));
    await sendStop(service.tcp, {}, as('observe'));
    const lines = (await service.lines()).filter(({ event }) => event === 'call');
    expect(lines.map((line) => [line['code'], line['suppressed']])).toEqual([
      ['bad-request', undefined],
      ['too-many-requests', undefined],
      ['role-too-weak', 18],
    ]);
  });

  it('keeps a stop over TCP from being done when it cannot be written, and not the owner of the socket', async () => {
    const service = await startAudited();
    await breakAudit(service);
    const refused = await sendStop(service.tcp, {}, as('force'));
    expect([refused.status, refused.json()['code']]).toEqual([503, 'audit-unavailable']);
    expect(service.lifecycle.status().state).toBe('running');
    expect(service.log.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^audit log ".*" cannot be opened/),
        expect.stringMatching(
          /^not in the audit log: .*"the-force"|^not in the audit log: .*token:the-force/,
        ),
      ]),
    );
    expect((await send(service.socket, { path: '/metrics' })).text).toMatch(
      /quiesce_audit_failures_total [1-9]/,
    );
    expect((await sendStop(service.socket)).status).toBe(200);
  });

  it('lets a stop over TCP be done without it, where that is wanted', async () => {
    const service = await startAudited({ control: { auditFailure: 'allow' } });
    await breakAudit(service);
    expect((await sendStop(service.tcp, {}, as('operate'))).status).toBe(200);
    expect(service.log.some(({ message }) => message.startsWith('not in the audit log'))).toBe(true);
  });

  it('opens its file anew on SIGHUP, listening for it only while there is a log', async () => {
    const service = await startAudited();
    await rename(service.auditFile, `${service.auditFile}.1`);
    expect(service.signals.listenedTo).toEqual(['SIGHUP']);
    service.signals.send('SIGHUP');
    await expect.poll(() => service.lines().catch(() => [])).toMatchObject([{ seq: 2, event: 'reopened' }]);
    await service.lifecycle.shutdown();
    expect(service.signals.listenedTo).toEqual([]);
    expect(await verifyAudit([`${service.auditFile}.1`, service.auditFile])).toMatchObject({
      ok: true,
      lines: 3,
    });
    const without = await startTestService();
    expect(without.signals.listenedTo).toEqual([]);
    const other = await startAudited({ control: { reopenSignal: 'SIGUSR1' } });
    expect(other.signals.listenedTo).toEqual(['SIGUSR1']);
  });

  it('is part of the log of the service too, with or without a file', async () => {
    const service = await startTestService({ tcp: true });
    await sendStop(service.tcp);
    await sendStop(service.tcp, { reason: 'x' }, as('operate'));
    expect(service.log).toEqual(
      expect.arrayContaining([
        {
          level: 'warn',
          message: expect.stringMatching(
            /^control: POST \/control\/shutdown by anonymous refused \(unauthorized\)/,
          ),
        },
        {
          level: 'info',
          message: 'control: POST /control/shutdown {"reason":"x"} by token:the-operate accepted',
        },
      ]),
    );
  });
});
