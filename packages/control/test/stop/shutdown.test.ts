import { connect } from 'node:net';
import type { ShutdownReport, StopContext } from '@quiesce/core';
import { describe, expect, it } from 'vitest';
import { send, sendStop } from '../support/http.js';
import { as, createGate, startTestService, type TestService } from '../support/test-service.js';

const ndjson = { Accept: 'application/x-ndjson' };

async function expectWaiting({ socket }: TestService, count: number): Promise<void> {
  const ask = async (): Promise<unknown> =>
    (await send(socket, { path: '/control/status' })).json()['waitingCallers'];
  await expect.poll(ask).toBe(count);
}

function parseLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('POST /control/shutdown', () => {
  it('answers with the report when the stop is over, not before', async () => {
    const drain = createGate();
    const service = await startTestService({ components: [{ name: 'web', drain: () => drain.passed }] });
    let answered = false;
    const asked = sendStop(service.socket).finally(() => {
      answered = true;
    });
    await expect.poll(() => service.lifecycle.status().stop?.phase).toBe('drain');
    expect(answered).toBe(false);
    drain.open();
    const { status, headers, ...answer } = await asked;
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    expect(answer.json()).toMatchObject({
      schema: 'quiesce.report/1',
      service: 'orders',
      outcome: 'clean',
      reason: 'control:owner',
      mode: { requested: 'graceful', reached: 'graceful' },
    });
  });

  it('gives many callers at once the same stop and equal reports', async () => {
    const drain = createGate();
    let drains = 0;
    const count = (): Promise<void> => {
      drains += 1;
      return drain.passed;
    };
    const service = await startTestService({ components: [{ name: 'web', drain: count }] });
    const callers = Array.from({ length: 50 }, () => sendStop(service.socket));
    await expectWaiting(service, 50);
    drain.open();
    const answers = await Promise.all(callers);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(drains).toBe(1);
  });

  it.each(['graceful', 'lame-duck', 'last-ditch', 'force'] as const)(
    'answers completely before the end in the mode %s',
    async (mode) => {
      const service = await startTestService({ lifecycle: { lameDuckMs: 20, lameDuckGraceMs: 1 } });
      const { status, ...answer } = await sendStop(service.socket, { mode });
      const report = answer.json() as unknown as ShutdownReport;
      expect([status, report.mode.reached]).toEqual([200, mode]);
      expect(report.outcome).toBe(mode === 'force' ? 'forced' : 'clean');
    },
  );

  it('answers also when the deadline has forced the end', async () => {
    const service = await startTestService({
      components: [{ name: 'web', release: () => new Promise(() => {}) }],
    });
    const answer = await sendStop(service.socket, { timeout: 0.2 });
    expect(answer.json()).toMatchObject({ outcome: 'forced', timeoutMs: 200 });
  });

  it('takes the timeout in seconds, and a reason', async () => {
    const contexts: StopContext[] = [];
    const service = await startTestService({
      components: [{ name: 'web', drain: (stop) => void contexts.push(stop) }],
    });
    const answer = await sendStop(service.socket, { timeout: 7, reason: 'deploy 17' });
    expect(answer.json()).toMatchObject({ timeoutMs: 7_000, reason: 'deploy 17' });
    expect(contexts[0]?.reason).toBe('deploy 17');
  });

  it('means last-ditch by ldm, unless the target means lame-duck', async () => {
    const one = await startTestService();
    expect((await sendStop(one.socket, { mode: 'ldm' })).json()).toMatchObject({
      mode: { reached: 'last-ditch' },
    });
    const other = await startTestService({
      control: { ldm: 'lame-duck' },
      lifecycle: { lameDuckMs: 20, lameDuckGraceMs: 1 },
    });
    expect((await sendStop(other.socket, { mode: 'ldm' })).json()).toMatchObject({
      mode: { reached: 'lame-duck' },
    });
  });

  it('makes a running stop stronger, refuses a weaker one with 409, and lets everybody else join', async () => {
    const service = await startTestService({
      components: [{ name: 'web', drain: () => new Promise(() => {}), persist: () => gate.passed }],
    });
    const gate = createGate();
    const first = sendStop(service.socket);
    await expect.poll(() => service.lifecycle.status().stop?.phase).toBe('drain');
    const stronger = sendStop(service.socket, { mode: 'last-ditch', reason: 'the node is dying' });
    await expect.poll(() => service.lifecycle.status().stop?.phase).toBe('persist');
    const weaker = await sendStop(service.socket, { mode: 'graceful' });
    expect(weaker.status).toBe(409);
    expect(weaker.json()).toMatchObject({
      code: 'mode-in-force',
      modeInForce: 'last-ditch',
      phase: 'persist',
    });
    const joining = sendStop(service.socket);
    const same = sendStop(service.socket, { mode: 'last-ditch' });
    await expectWaiting(service, 4);
    gate.open();
    const reports = (await Promise.all([first, stronger, joining, same])).map(({ text }) => text);
    expect(new Set(reports).size).toBe(1);
    expect(JSON.parse(reports[0] ?? '')).toMatchObject({
      mode: { requested: 'graceful', reached: 'last-ditch', climbs: [{ cause: 'the node is dying' }] },
    });
  });

  it('joins a lame duck as it is when no mode is asked for', async () => {
    const drain = createGate();
    const service = await startTestService({ components: [{ name: 'web', drain: () => drain.passed }] });
    const first = sendStop(service.socket, { mode: 'lame-duck' });
    await expect.poll(() => service.lifecycle.status().stop?.mode).toBe('lame-duck');
    const second = sendStop(service.socket);
    await expectWaiting(service, 2);
    drain.open();
    await Promise.all([first, second]);
    expect(service.lifecycle.status().stop?.mode).toBe('lame-duck');
  });

  it('answers at once with the state when nobody wants to wait', async () => {
    const drain = createGate();
    const service = await startTestService({ components: [{ name: 'web', drain: () => drain.passed }] });
    const answer = await sendStop(service.socket, { wait: false });
    expect(answer.status).toBe(202);
    expect(answer.json()).toMatchObject({
      schema: 'quiesce.status/1',
      state: 'stopping',
      stop: { mode: 'graceful' },
    });
    drain.open();
    expect((await service.lifecycle.stopped).outcome).toBe('clean');
  });

  it('streams what happens, from before the stop to the report', async () => {
    const service = await startTestService({ components: [{ name: 'web', drain: () => {} }] });
    const answer = await sendStop(service.socket, {}, ndjson);
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    const lines = parseLines(answer.text);
    expect(lines[0]).toMatchObject({ type: 'status', status: { state: 'running' } });
    expect(lines.filter(({ type }) => type === 'phase-start').map(({ phase }) => phase)).toEqual([
      'announce',
      'refuse',
      'drain',
      'persist',
      'release',
      'exit',
    ]);
    expect(lines.at(-1)).toMatchObject({ type: 'report', report: { outcome: 'clean' } });
    expect(lines.filter(({ type }) => type === 'report')).toHaveLength(1);
  });

  it('gives the report alone when there is no stream left', async () => {
    const service = await startTestService({ control: { limits: { maxStreams: 0 } } });
    const answer = await sendStop(service.socket, {}, ndjson);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.json()).toMatchObject({ outcome: 'clean' });
  });

  it('goes on when whoever asked for it has gone', async () => {
    const drain = createGate();
    const service = await startTestService({ components: [{ name: 'web', drain: () => drain.passed }] });
    const socket = connect(service.socket.socketPath);
    socket.write('POST /control/shutdown HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
    await expect.poll(() => service.lifecycle.status().stop?.phase).toBe('drain');
    socket.destroy();
    await expectWaiting(service, 0);
    drain.open();
    expect((await service.lifecycle.stopped).outcome).toBe('clean');
  });

  it('is never held up by a caller who does not read', async () => {
    // A report of some MiB, which no socket takes in unread.
    const notes = Array.from({ length: 40 }, (_, index) => 'x'.repeat(100_000) + index);
    const service = await startTestService({
      components: [
        {
          name: 'web',
          drain: (stop) => notes.forEach((message) => stop.note({ code: 'long', message })),
        },
      ],
    });
    const socket = connect(service.socket.socketPath).on('error', () => {});
    socket.pause();
    socket.write('POST /control/shutdown HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
    const report = await service.lifecycle.stopped;
    expect(report).toMatchObject({ outcome: 'clean' });
    expect(report.components[0]?.phases).toMatchObject([{ phase: 'exit', outcome: 'done' }]);
    socket.destroy();
  });

  it('refuses what the service refuses, and says what', async () => {
    const service = await startTestService({ lifecycle: { platformGraceMs: 20_000, timeoutMs: 10_000 } });
    const answer = await sendStop(service.socket, { timeout: 60 });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'bad-request',
      detail: expect.stringContaining('before SIGKILL'),
    });
    expect(service.lifecycle.status().state).toBe('running');
  });

  it('needs the role operate, and force for what comes to force', async () => {
    const service = await startTestService({ tcp: true });
    const statuses = await Promise.all([
      sendStop(service.tcp),
      sendStop(service.tcp, {}, { Authorization: 'Bearer 0123456789abcdef' }),
      sendStop(service.tcp, {}, as('observe')),
      sendStop(service.tcp, { mode: 'force' }, as('operate')),
      sendStop(service.tcp, { timeout: 0.01 }, as('operate')),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([401, 401, 403, 403, 403]);
    expect(statuses.map((answer) => answer.json()['neededRole'])).toEqual([
      undefined,
      undefined,
      'operate',
      'force',
      'force',
    ]);
    expect(statuses[0]?.headers['www-authenticate']).toBe('Bearer realm="quiesce"');
    expect(service.lifecycle.status().state).toBe('running');
    expect((await sendStop(service.tcp, { mode: 'force' }, as('force'))).status).toBe(200);
  });

  it('names the caller as the reason, unless another is given', async () => {
    const service = await startTestService({ tcp: true });
    const answer = await sendStop(service.tcp, {}, as('operate'));
    expect(answer.json()).toMatchObject({ reason: 'control:token:the-operate' });
  });
});
