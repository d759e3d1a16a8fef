import { once } from 'node:events';
import { constants, createServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { type AddressInfo, connect, createServer as createDoor } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask, holdAnswers, openSession, serveHttp2 } from './support/serve-http2.js';

const echoPath = (request: Http2ServerRequest, response: Http2ServerResponse): void => {
  response.end(`path ${request.url}`);
};

describe('a server of HTTP/2 that refuses', () => {
  it('sends GOAWAY on every session, and ends those that are idle', async () => {
    const { component, connect: open, stop } = await serveHttp2(createServer(echoPath));
    const clients = await Promise.all([open(), open(), open()]);
    const [asker] = clients;
    if (asker !== undefined) await ask(asker, '/');
    await stop.call(component, 'refuse');
    await stop.call(component, 'drain');
    await Promise.all(clients.map(({ closed }) => closed));
    expect(clients.map(({ goaways }) => goaways.length > 0)).toEqual([true, true, true]);
    expect(stop.cutWork).toEqual([]);
  });

  it('sends GOAWAY while it still answers what it has taken up', async () => {
    const held = holdAnswers();
    const { component, connect: open, stop } = await serveHttp2(createServer(held.listener));
    const client = await open();
    const answers = ['/1', '/2', '/3'].map((path) => ask(client, path));
    await held.waiting(3);
    const told = once(client.session, 'goaway');
    await stop.call(component, 'refuse');
    await told;
    expect(client.goaways).toEqual([5]);
    expect(component.pending?.()).toBe(3);
    const drained = stop.call(component, 'drain');
    held.answer();
    expect((await Promise.all(answers)).map(({ body }) => body.toString())).toEqual([
      'path /1',
      'path /2',
      'path /3',
    ]);
    await drained;
    expect(stop.completed).toBe(3);
    expect(stop.cutWork).toEqual([]);
  });

  it('leaves a request that crossed GOAWAY to be sent again, without having seen it', async () => {
    const seen: string[] = [];
    const held = holdAnswers();
    const server = createServer((request, response) => {
      seen.push(request.url);
      held.listener(request, response);
    });
    const { component, connect: open, stop } = await serveHttp2(server);
    const client = await open();
    const first = ask(client, '/first');
    await held.waiting(1);
    await stop.call(component, 'refuse');
    // GOAWAY is on its way: this turn of the loop has not read it.
    const crossed = client.session.request({ ':path': '/crossed' });
    const code = new Promise<number | undefined>((resolve) => {
      crossed.on('error', () => {});
      crossed.on('close', () => resolve(crossed.rstCode));
    });
    const drained = stop.call(component, 'drain');
    held.answer();
    expect((await first).body.toString()).toBe('path /first');
    expect(await code).toBe(constants.NGHTTP2_REFUSED_STREAM);
    await drained;
    expect(seen).toEqual(['/first']);
  });

  it('takes no connection any more, and tells one that came through at the last moment', async () => {
    const server = createServer(echoPath);
    const { component, port, stop } = await serveHttp2(server);
    const door = createDoor((socket) => server.emit('connection', socket)).listen(0, '127.0.0.1');
    onTestFinished(() => void door.close());
    await once(door, 'listening');
    await stop.call(component, 'refuse');
    await expect(openSession(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const late = await openSession(`http://127.0.0.1:${(door.address() as AddressInfo).port}`);
    await late.closed;
    expect(late.goaways[0]).toBe(0);
    await stop.call(component, 'drain');
  });

  it('does not wait for a peer that never ends its side', async () => {
    const { component, port, server, stop } = await serveHttp2(createServer(echoPath));
    const accepted = once(server, 'session');
    const peer = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    onTestFinished(() => void peer.destroy());
    // The preface and empty SETTINGS (RFC 9113, 3.4), and not a word more.
    peer.write(Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0', 'latin1'));
    peer.resume();
    await accepted;
    await stop.call(component, 'refuse');
    await stop.call(component, 'drain');
    expect(stop.cutWork).toEqual([]);
  });
});

describe('streams in flight', () => {
  it('are carried to the last byte, up and down', async () => {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => response.end(Buffer.concat(chunks)));
    });
    const { component, connect: open, stop } = await serveHttp2(server);
    const client = await open();
    const body = Buffer.alloc(3_000_000, 'every byte counts ');
    const begun = once(server, 'stream');
    const answer = ask(client, '/echo', body);
    await begun;
    await stop.call(component, 'refuse');
    const drained = stop.call(component, 'drain');
    const { body: echoed } = await answer;
    expect(echoed.equals(body)).toBe(true);
    await drained;
    expect(stop.cutWork).toEqual([]);
  });

  it('are cut, named and counted when the drain is over', async () => {
    const held = holdAnswers();
    const { component, connect: open, stop } = await serveHttp2(createServer(held.listener));
    const client = await open();
    const answers = ['/slow?token=secret', '/slower'].map((path) => ask(client, path));
    for (const answer of answers) answer.catch(() => {});
    await held.waiting(2);
    await stop.call(component, 'refuse');
    const drained = stop.call(component, 'drain');
    stop.abort('drain');
    stop.cut();
    await drained;
    expect(stop.cutWork.map(({ name }) => name).toSorted()).toEqual(['GET /slow', 'GET /slower']);
    expect(component.pending?.()).toBe(0);
    await client.closed;
  });

  it('count as ended when their client has given them up', async () => {
    const held = holdAnswers();
    const { component, connect: open } = await serveHttp2(createServer(held.listener));
    const client = await open();
    const stream = client.session.request({ ':path': '/given-up' });
    stream.on('error', () => {});
    await held.waiting(1);
    expect(component.pending?.()).toBe(1);
    const told = open(); // its SETTINGS come after the RST_STREAM that was sent before
    stream.close(constants.NGHTTP2_CANCEL);
    await once(stream, 'close');
    await told;
    await expect.poll(() => component.pending?.()).toBe(0);
  });

  it('are none of the sessions that were destroyed', async () => {
    const held = holdAnswers();
    const { component, connect: open } = await serveHttp2(createServer(held.listener));
    const client = await open();
    ask(client, '/held').catch(() => {});
    await held.waiting(1);
    client.session.destroy();
    await expect.poll(() => component.pending?.()).toBe(0);
  });
});

describe('in lame duck mode', () => {
  it('sessions are told to go one after the other, and served until then', async () => {
    const controller = new AbortController();
    const lameDuck = { durationMs: 60_000, graceMs: 30_000, signal: controller.signal };
    const { component, connect: open, stop } = await serveHttp2(createServer(echoPath), { lameDuck });
    const client = await open();
    await stop.call(component, 'refuse');
    expect((await ask(client, '/still')).body.toString()).toBe('path /still');
    expect(client.goaways).toEqual([]);
    controller.abort(); // a stronger mode was asked for
    await stop.call(component, 'drain');
    await client.closed;
    expect(client.goaways.length).toBeGreaterThan(0);
  });
});
