import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { httpServer } from '@quiesce/core/http';
import { createManualClock, createManualStop } from '@quiesce/core/testing';
import { webSocketServer } from '@quiesce/core/ws';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { closeOf, serveForTest } from './support/web-socket-service.js';

async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** What an upgrade is answered with. */
async function upgradeAnswer(port: number, path = '/chat'): Promise<string> {
  const socket = connectSocket(port, '127.0.0.1');
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString();
  });
  await once(socket, 'close');
  return answer;
}

describe('a WebSocket server that stops', () => {
  it('closes each client with the code and the reason, and ends its drain with the last handshake', async () => {
    const { component, connect } = await serveForTest({ code: 1012, reason: 'restarting' });
    const clients = [await connect(), await connect('/other')];
    const closes = clients.map(({ client }) => closeOf(client));
    expect(component.pending?.()).toBe(2);
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    await stop.call(component, 'drain');
    expect(await Promise.all(closes)).toEqual([
      { code: 1012, reason: 'restarting' },
      { code: 1012, reason: 'restarting' },
    ]);
    expect(stop.completed).toBe(2);
    expect(stop.cutWork).toEqual([]);
    await stop.call(component, 'release');
    expect(stop.notes).toEqual([]);
  });

  it('tells each client to come back between half of the time and the whole', async () => {
    const { component, connect } = await serveForTest({ retryMs: 1_000 });
    const closed = closeOf((await connect()).client);
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    const { code, reason } = await closed;
    expect(code).toBe(1001);
    const retryMs = Number(/^server is stopping; retry=(\d+)$/.exec(reason)?.[1]);
    expect(retryMs).toBeGreaterThanOrEqual(500);
    expect(retryMs).toBeLessThanOrEqual(1_000);
  });

  it('lets the service say it in its own words before the close frame', async () => {
    const { component, connect } = await serveForTest({
      retryMs: 800,
      notify: (client, retryMs) => client.send(JSON.stringify({ retryMs })),
    });
    const { client } = await connect();
    const [message, closed] = [once(client, 'message'), closeOf(client)];
    await createManualStop().call(component, 'refuse');
    const [data] = await message;
    const { reason } = await closed;
    expect(reason).toBe(`server is stopping; retry=${JSON.parse(String(data)).retryMs}`);
  });

  it('closes a client whose notice fails all the same, and names the failure in the drain', async () => {
    const { component, connect } = await serveForTest({
      notify: () => {
        throw new Error('no words');
      },
    });
    const closed = [closeOf((await connect()).client), closeOf((await connect()).client)];
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    await expect(stop.call(component, 'drain')).rejects.toThrow('not everybody could be told to go');
    expect((await Promise.all(closed)).map(({ code }) => code)).toEqual([1001, 1001]);
  });

  it('holds the close frame back while a message of that client is being handled', async () => {
    const { component, connect } = await serveForTest();
    const busy = await connect();
    const idle = await connect();
    const closed = closeOf(busy.client);
    const answers: string[] = [];
    busy.client.on('message', (data: Buffer) => answers.push(data.toString()));
    const work = component.enter(busy.accepted);
    const other = component.enter(busy.accepted);
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    await closeOf(idle.client);
    expect(busy.accepted.readyState).toBe(WebSocket.OPEN);
    other.leave();
    other.leave();
    await turns();
    expect(busy.accepted.readyState).toBe(WebSocket.OPEN);
    busy.accepted.send('the answer');
    expect(work.signal.aborted).toBe(false);
    work.leave();
    await closed;
    expect(answers).toEqual(['the answer']);
    await stop.call(component, 'drain');
  });

  it('cuts who is left at the end of the drain: named without its query, told, and its messages aborted', async () => {
    const { component, connect } = await serveForTest();
    const { client, accepted } = await connect();
    const { signal } = component.enter(accepted);
    const closed = closeOf(client);
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    const drained = stop.call(component, 'drain');
    stop.abort('drain');
    await drained;
    expect(stop.cutWork.map(({ name }) => name)).toEqual(['GET /chat']);
    expect(signal.aborted).toBe(true);
    expect(component.enter(accepted).signal.aborted).toBe(true);
    expect((await closed).code).toBe(1001);
  });

  it('counts clients that never answer their close frame', async () => {
    let tell!: () => void;
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const { component, connect } = await serveForTest({ notify: () => tell() });
    const { client, accepted } = await connect();
    client.pause();
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    await told;
    const gone = once(accepted, 'close');
    const drained = stop.call(component, 'drain');
    stop.abort('drain');
    await drained;
    await gone;
    await stop.call(component, 'release');
    expect(stop.notes).toMatchObject([{ code: 'unanswered-closes', count: 1 }]);
    expect(stop.cutWork).toHaveLength(1);
  });

  it('keeps what abort cuts pending, because there is no account of it', async () => {
    const { component, connect } = await serveForTest();
    const { client } = await connect();
    const closed = closeOf(client);
    component.abort?.();
    await closed;
    expect(component.pending?.()).toBe(1);
  });

  it('answers new upgrades with 503, and leaves other requests alone', async () => {
    const { component, server, url } = await serveForTest({ retryMs: 1_500 });
    const port = Number(new URL(url).port);
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    expect(await upgradeAnswer(port)).toBe(
      'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n',
    );
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('page /');
    await stop.call(component, 'release');
    expect(server.listenerCount('upgrade')).toBe(0);
  });

  it('leaves upgrades to whoever else listens for them', async () => {
    const { component, server } = await serveForTest();
    server.on('upgrade', () => {});
    await createManualStop().call(component, 'refuse');
    expect(server.listenerCount('upgrade')).toBe(1);
  });

  it('tells its clients one by one in lame-duck, at that pace', async () => {
    const clock = createManualClock();
    const { component, connect, wss } = await serveForTest({ clock });
    const closes = [];
    for (let index = 0; index < 4; index += 1) closes.push(closeOf((await connect()).client));
    const { signal } = new AbortController();
    const stop = createManualStop({ clock, lameDuck: { durationMs: 5_000, graceMs: 1_000, signal } });
    await stop.call(component, 'refuse');
    const told = (): number =>
      [...wss.clients].filter(({ readyState }) => readyState !== WebSocket.OPEN).length;
    await clock.advance(999);
    expect(told()).toBe(0);
    await clock.advance(1);
    expect(told()).toBe(1);
    await closes[0];
    await clock.advance(3_000);
    await Promise.all(closes);
    await stop.call(component, 'drain');
    expect(clock.timers).toBe(0);
  });
});

describe('a WebSocket server beside an httpServer', () => {
  it('leaves the count of its clients to the httpServer, which sees their sockets', async () => {
    const service = await serveForTest();
    const http = httpServer(service.server, { idleWindowMs: 10 });
    const { client } = await service.connect();
    const closed = closeOf(client);
    expect([http.pending?.(), service.component.pending?.()]).toEqual([1, 0]);
    const stop = createManualStop();
    await Promise.all([stop.call(service.component, 'refuse'), stop.call(http, 'refuse')]);
    await Promise.all([stop.call(service.component, 'drain'), stop.call(http, 'drain')]);
    expect((await closed).code).toBe(1001);
    expect(stop.cutWork).toEqual([]);
    await Promise.all([stop.call(service.component, 'release'), stop.call(http, 'release')]);
  });

  it('names each client that is cut once', async () => {
    const service = await serveForTest();
    const http = httpServer(service.server, { idleWindowMs: 10 });
    const { client } = await service.connect();
    client.pause();
    const stop = createManualStop();
    await Promise.all([stop.call(service.component, 'refuse'), stop.call(http, 'refuse')]);
    const drained = Promise.all([stop.call(service.component, 'drain'), stop.call(http, 'drain')]);
    await turns();
    stop.cut();
    await drained;
    expect(stop.cutWork.map(({ name }) => name)).toEqual(['GET /chat']);
    await Promise.all([stop.call(service.component, 'release'), stop.call(http, 'release')]);
  });
});

describe('webSocketServer', () => {
  it('takes clients in that nobody was told of, and 503 is the answer to what comes later, with noServer', async () => {
    const service = await serveForTest();
    const wss = new WebSocketServer({ noServer: true });
    const component = webSocketServer(wss);
    service.server.removeAllListeners('upgrade');
    let accepted: WebSocket | undefined;
    service.server.on('upgrade', (request, socket, head) => {
      wss.handleUpgrade(request, socket, head, (webSocket) => {
        accepted = webSocket;
      });
    });
    const client = new WebSocket(service.url);
    await once(client, 'open');
    expect(accepted).toBeDefined();
    const closed = closeOf(client);
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    expect((await closed).code).toBe(1001);
    await stop.call(component, 'drain');
    const answer = await upgradeAnswer(Number(new URL(service.url).port));
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toContain('Connection: close');
  });

  it.each([
    ['server', () => webSocketServer(new WebSocketServer({ noServer: true, clientTracking: false }))],
    ['code', () => webSocketServer(new WebSocketServer({ noServer: true }), { code: 1000 })],
    ['reason', () => webSocketServer(new WebSocketServer({ noServer: true }), { reason: 'x'.repeat(124) })],
    [
      'reason',
      () => webSocketServer(new WebSocketServer({ noServer: true }), { reason: 'ü'.repeat(55), retryMs: 1 }),
    ],
    ['retryMs', () => webSocketServer(new WebSocketServer({ noServer: true }), { retryMs: -1 })],
    ['notify', () => webSocketServer(new WebSocketServer({ noServer: true }), { notify: 1 as never })],
    ['colour', () => webSocketServer(new WebSocketServer({ noServer: true }), { colour: 1 } as never)],
  ])('refuses a bad %s', (option, call) => {
    expect(call).toThrow(expect.objectContaining({ code: 'QUIESCE_OPTIONS', option }));
  });
});
