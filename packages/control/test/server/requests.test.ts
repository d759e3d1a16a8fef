import { connect } from 'node:net';
import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { send, sendRaw, sendStop, type Target } from '../support/http.js';
import { as, startTestService } from '../support/test-service.js';

const post = { method: 'POST', path: '/control/shutdown' };

function expectProblem(text: string, code: string): void {
  expect(JSON.parse(text)).toMatchObject({ type: `urn:quiesce:problem:${code}`, code });
}

describe('a request', () => {
  it('for something that is not there is answered 404, for something it cannot do 405 with what it can', async () => {
    const { socket } = await startTestService();
    for (const path of [
      '/',
      '/control',
      '/control/status/',
      '//control/status',
      '/CONTROL/STATUS',
      '/%6Civez',
      '*',
    ]) {
      expect((await send(socket, { path, method: path === '*' ? 'OPTIONS' : 'GET' })).status, path).toBe(404);
    }
    const deletion = await send(socket, { method: 'DELETE', path: '/control/status' });
    expect([deletion.status, deletion.headers.allow]).toEqual([405, 'GET, HEAD']);
    const get = await send(socket, { path: '/control/shutdown' });
    expect([get.status, get.headers.allow]).toEqual([405, 'POST']);
  });

  it('is answered with a problem of RFC 9457', async () => {
    const { socket } = await startTestService();
    const answer = await send(socket, { path: '/nowhere' });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toEqual({
      type: 'urn:quiesce:problem:not-found',
      title: 'There is nothing here',
      status: 404,
      code: 'not-found',
      detail: expect.stringContaining('/control/shutdown'),
    });
  });

  it('may be in absolute form', async () => {
    const { socket } = await startTestService();
    const text = await sendRaw(
      socket,
      'GET http://anything/livez?verbose HTTP/1.1\r\nHost: anything\r\nConnection: close\r\n\r\n',
    );
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('is never kept by anybody in between', async () => {
    const { socket } = await startTestService();
    const answer = await send(socket, { path: '/control/status' });
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    ['{', 400, 'bad-request'],
    ['{"mode":"slow"}', 400, 'bad-request'],
    ['"x', 400, 'bad-request'],
    ['\u0000', 400, 'bad-request'],
    [`{"reason":"${'x'.repeat(20_000)}"}`, 413, 'body-too-large'],
  ])('with the body %.20s is answered %i', async (body, status, code) => {
    const service = await startTestService();
    const answer = await send(service.socket, {
      ...post,
      body,
      headers: { 'Content-Type': 'application/json' },
    });
    expect(answer.status).toBe(status);
    expectProblem(answer.text, code);
    expect(service.lifecycle.status().state).toBe('running');
  });

  it('with a body that is not UTF-8 is answered 400', async () => {
    const { socket } = await startTestService();
    const head =
      'POST /control/shutdown HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n';
    const text = await sendRaw(
      socket,
      Buffer.concat([Buffer.from(`${head}Connection: close\r\n\r\n`), Buffer.from([0xff, 0xfe])]),
    );
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
    'application/jsonp',
  ])('with a body of the type %s is answered 415', async (type) => {
    const { socket } = await startTestService();
    const answer = await send(socket, { ...post, body: '{}', headers: { 'Content-Type': type } });
    expect(answer.status).toBe(415);
  });

  it('with a compressed body is answered 415', async () => {
    const { socket } = await startTestService();
    const answer = await sendStop(socket, {}, { 'Content-Encoding': 'gzip' });
    expect(answer.status).toBe(415);
  });

  it('with a body that is far too large is answered 413 before it was sent, and in chunks too', async () => {
    const service = await startTestService();
    const huge = `{"reason":"${'x'.repeat(4_000_000)}"}`;
    const chunked = { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' };
    const results = await Promise.allSettled([
      send(service.socket, { ...post, body: huge, headers: { 'Content-Type': 'application/json' } }),
      send(service.socket, { ...post, body: huge.slice(0, 500_000), headers: chunked }),
    ]);
    expect(results[1]).toMatchObject({ status: 'fulfilled', value: { status: 413 } });
    // The connection is closed with most of the body unread: the answer may be lost with it.
    expect(results[0].status === 'rejected' || results[0].value.status === 413).toBe(true);
    expect(service.lifecycle.status().state).toBe('running');
  });

  it('may come over HTTP/1.0, without a Host, and with an expectation that nobody knows', async () => {
    const { socket } = await startTestService();
    expect(await sendRaw(socket, 'GET /livez HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
    const unknown = 'GET /livez HTTP/1.1\r\nHost: x\r\nExpect: the-best\r\nConnection: close\r\n\r\n';
    expect(await sendRaw(socket, unknown)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('whose client waits to be told to go on is answered without its body', async () => {
    const { socket } = await startTestService();
    const head =
      'POST /control/shutdown HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n';
    expect(await sendRaw(socket, `${head}Content-Length: 99999\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
    const text = await new Promise<string>((resolve) => {
      const client = connect(socket.socketPath).setEncoding('utf8');
      client.write(`${head}Content-Length: 10\r\nConnection: close\r\n\r\n`);
      client.once('data', (first: string) => {
        client.write('{"mode":0}');
        client.once('data', (second: string) => resolve(first + second));
      });
    });
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 400 /);
  });

  it.each([
    ['GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['\u0016\u0003\u0001', 400],
    ['GET /livez HTTP/3.0\r\n\r\n', 400],
    [`GET /livez HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'POST /control/shutdown HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['POST /control/shutdown HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', 400],
  ])(
    'that is none (%.30s) is answered with a problem, and its connection is closed',
    async (bytes, status) => {
      const { socket, lifecycle } = await startTestService();
      const text = await sendRaw(socket, bytes);
      expect(text).toContain(`HTTP/1.1 ${status} `);
      expect(lifecycle.status().state).toBe('running');
    },
  );
});

describe('a caller over TCP', () => {
  it('needs a token for everything but probes, and a role that is enough', async () => {
    const service = await startTestService({ tcp: true });
    const statusOf = async (path: string, headers = {}): Promise<number> =>
      (await send(service.tcp, { path, headers })).status;
    expect(await statusOf('/control/status')).toBe(401);
    expect(await statusOf('/control/status', { Authorization: 'Bearer 0123456789abcdef' })).toBe(401);
    expect(await statusOf('/metrics')).toBe(401);
    expect(await statusOf('/openapi.json')).toBe(401);
    expect(await statusOf('/livez')).toBe(200);
    for (const role of ['observe', 'operate', 'force'] as const) {
      expect(await statusOf('/control/status', as(role))).toBe(200);
    }
  });

  it('must mean this server: another Host is refused, whoever sends it', async () => {
    const service = await startTestService({ tcp: true, control: { allowedHosts: ['orders.internal'] } });
    const statusOf = async (host: string): Promise<number> =>
      (await send(service.tcp, { path: '/control/status', headers: { ...as('force'), Host: host } })).status;
    expect(await Promise.all(['evil.example', 'localhost:1', 'orders.internal'].map(statusOf))).toEqual([
      403, 200, 200,
    ]);
  });

  it('must not be a page of somebody else', async () => {
    const service = await startTestService({ tcp: true });
    const { host } = new URL(service.tcp.url);
    const statusOf = async (headers: object): Promise<number> =>
      (await send(service.tcp, { path: '/control/status', headers: { ...as('force'), ...headers } })).status;
    expect(await statusOf({ Origin: 'http://evil.example' })).toBe(403);
    expect(await statusOf({ Origin: `http://${host}` })).toBe(200);
    expect(await statusOf({ 'Sec-Fetch-Site': 'cross-site' })).toBe(403);
    expect(
      (await send(service.socket, { path: '/control/status', headers: { Origin: 'null' } })).status,
    ).toBe(403);
  });
});

describe('the rate limits', () => {
  const still = createManualClock();

  async function countStatuses(
    target: Target,
    count: number,
    headers: object,
  ): Promise<Record<number, number>> {
    const counts: Record<number, number> = {};
    for (let each = 0; each < count; each += 1) {
      const { status } = await send(target, { path: '/control/status', headers: { ...headers } });
      counts[status] = (counts[status] ?? 0) + 1;
    }
    return counts;
  }

  it('hold back one caller, and say for how long; others and the owner go on', async () => {
    const clock = createManualClock();
    const limits = { callerRate: { perSecond: 1, burst: 3 } };
    const service = await startTestService({ tcp: true, control: { clock, limits } });
    expect(await countStatuses(service.tcp, 5, as('observe'))).toEqual({ 200: 3, 429: 2 });
    expect(await countStatuses(service.tcp, 1, as('operate'))).toEqual({ 200: 1 });
    expect(await countStatuses(service.socket, 1, {})).toEqual({ 200: 1 });
    const held = await send(service.tcp, { path: '/control/status', headers: as('observe') });
    expect([held.headers['retry-after'], held.json()['retryAfter']]).toEqual(['1', 1]);
    await clock.advance(1_000);
    expect(await countStatuses(service.tcp, 2, as('observe'))).toEqual({ 200: 1, 429: 1 });
  });

  it('hold back guesses at a token, without holding back whoever has one', async () => {
    const limits = { anonymousRate: { perSecond: 1, burst: 2 } };
    const service = await startTestService({ tcp: true, control: { clock: still, limits } });
    expect(await countStatuses(service.tcp, 4, { Authorization: 'Bearer a-wrong-guess-of-it' })).toEqual({
      401: 2,
      429: 2,
    });
    expect(await countStatuses(service.tcp, 1, as('observe'))).toEqual({ 200: 1 });
  });

  it('hold back all together over TCP, but never the owner of the socket', async () => {
    const limits = { totalRate: { perSecond: 1, burst: 2 } };
    const service = await startTestService({ tcp: true, control: { clock: still, limits } });
    expect(await countStatuses(service.tcp, 3, as('observe'))).toEqual({ 200: 2, 429: 1 });
    expect(await countStatuses(service.socket, 3, {})).toEqual({ 200: 3 });
    expect((await sendStop(service.socket)).status).toBe(200);
  });

  it('hold back probes of one address', async () => {
    const limits = { proberRate: { perSecond: 1, burst: 2 } };
    const probes = { port: 0, host: '127.0.0.1' };
    const service = await startTestService({ control: { clock: still, limits, probes } });
    const statuses: number[] = [];
    for (let each = 0; each < 3; each += 1)
      statuses.push((await send(service.probes, { path: '/livez' })).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await send(service.socket, { path: '/livez' })).status).toBe(200);
  });

  it('close new connections of one address unread, when there are too many', async () => {
    const limits = { connectionRate: { perSecond: 1, burst: 2 } };
    const service = await startTestService({ tcp: true, control: { clock: still, limits } });
    const ask = (): Promise<{ status: number }> => send(service.tcp, { path: '/livez' });
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNRESET' });
    const metrics = await send(service.socket, { path: '/metrics' });
    expect(metrics.text).toContain('quiesce_control_rejections_total{cause="connection-rate"} 1');
  });

  it('keep no more connections open than there may be', async () => {
    const service = await startTestService({ control: { limits: { maxConnections: 3 } } });
    let closed = 0;
    const held = Array.from({ length: 6 }, () => {
      return connect(service.socket.socketPath)
        .on('error', () => {})
        .once('close', () => (closed += 1));
    });
    await expect.poll(() => closed).toBe(3);
    for (const socket of held) socket.destroy();
    await expect
      .poll(async () => (await send(service.socket, { path: '/metrics' }).catch(() => undefined))?.text)
      .toMatch(/cause="connection-limit"\} [3-9]/);
  });
});
