import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { get, type RawClient } from './support/raw-client.js';
import { echoPath, type ServeOptions, serve, type TestServer, turns } from './support/test-server.js';

const upgradeHeaders = { Connection: 'Upgrade', Upgrade: 'echo' };

/** Serves, and echoes whatever comes on upgraded sockets. */
async function serveEcho(options: ServeOptions = {}): Promise<TestServer> {
  const served = await serve(echoPath, options);
  served.server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    socket.on('data', (chunk) => socket.write(chunk));
    socket.on('end', () => socket.end());
    socket.on('error', () => socket.destroy());
  });
  return served;
}

async function openEcho({ connect }: TestServer, path = '/echo?token=secret'): Promise<RawClient> {
  const client = await connect();
  client.send(get(path, upgradeHeaders));
  await client.until('101 Switching');
  client.send('ping');
  await client.until('ping');
  return client;
}

describe('an upgraded socket', () => {
  it('is handed over once, with its request, when the stop refuses', async () => {
    const handed: [Socket, IncomingMessage][] = [];
    const served = await serveEcho({ onUpgrade: (...each) => void handed.push(each) });
    const client = await openEcho(served);
    expect(handed).toEqual([]);
    await served.refuse();
    expect(handed.map(([, { url }]) => url)).toEqual(['/echo?token=secret']);
    const drained = served.drain();
    handed[0]?.[0].end('bye');
    expect(await client.rest()).toMatch(/bye$/);
    await drained.settled;
    expect(handed).toHaveLength(1);
  });

  it('is pending until it is closed, and works until then', async () => {
    const served = await serveEcho();
    const client = await openEcho(served);
    expect(served.component.pending?.()).toBe(1);
    await served.refuse();
    const drained = served.drain();
    await served.clock.advance(2_000);
    client.send('still here');
    await client.until('still here');
    expect(drained.isSettled).toBe(false);
    client.socket.end();
    await drained.settled;
    expect(served.component.pending?.()).toBe(0);
  });

  it('is destroyed and named when work is cut', async () => {
    const served = await serveEcho();
    const client = await openEcho(served);
    await served.refuse();
    const drained = served.drain();
    await served.clock.advance(500);
    served.stop.abort('drain');
    await drained.settled;
    expect(served.stop.cutWork).toEqual([{ name: 'GET /echo', ageMs: 501 }]);
    await client.ended;
  });

  it('that is upgraded after the refusal is handed over at once', async () => {
    const handed: Socket[] = [];
    const served = await serveEcho({ onUpgrade: (socket) => void handed.push(socket) });
    const { connect, refuse } = served;
    const client = await connect();
    client.send(get('/warm'));
    await client.until('/warm');
    await refuse();
    client.send(get('/echo', upgradeHeaders));
    await client.until('101 Switching');
    expect(handed).toHaveLength(1);
    client.send('one');
    await client.until('one');
    client.socket.end();
    await served.drain().settled;
  });

  it('of a connection that was answered after the refusal is free of us', async () => {
    const served = await serveEcho();
    served.server.prependListener('request', (_request, response: ServerResponse) => {
      response.setHeader('Connection', 'keep-alive'); // so that the connection outlives its answer
    });
    const client = await served.connect();
    await served.refuse();
    client.send(get('/first'));
    await client.until('path /first');
    client.send(get('/echo', upgradeHeaders));
    await client.until('101 Switching');
    client.send('one');
    await client.until('one');
    const drained = served.drain();
    await served.clock.advance(5_000);
    client.send('two');
    await client.until('two');
    expect(drained.isSettled).toBe(false);
    client.socket.end();
    await drained.settled;
  });

  it('that was opened with CONNECT is treated alike', async () => {
    const served = await serve();
    served.server.on('connect', (_request: IncomingMessage, socket: Socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
    });
    const client = await served.connect();
    client.send('CONNECT example.test:443 HTTP/1.1\r\nHost: example.test:443\r\n\r\n');
    await client.until('200 OK');
    expect(served.component.pending?.()).toBe(1);
    await served.refuse();
    const drained = served.drain();
    served.stop.abort('drain');
    await drained.settled;
    expect(served.stop.cutWork.map(({ name }) => name)).toEqual(['CONNECT example.test:443']);
  });

  it('is none when nobody listens for upgrades: the request is answered as any other', async () => {
    const { component, connect } = await serve();
    const client = await connect();
    client.send(get('/plain', upgradeHeaders));
    await client.until('path /plain');
    await turns();
    expect(component.pending?.()).toBe(0);
  });

  it('is looked for only while somebody listens for upgrades', async () => {
    const { server } = await serve();
    expect(server.listenerCount('upgrade')).toBe(0);
    const listener = (): void => {};
    server.on('upgrade', listener);
    server.once('upgrade', listener);
    expect(server.listenerCount('upgrade')).toBe(3);
    server.off('upgrade', listener);
    expect(server.listenerCount('upgrade')).toBe(2);
    server.off('upgrade', listener);
    expect(server.listenerCount('upgrade')).toBe(0);
    server.on('upgrade', listener);
    server.removeAllListeners('upgrade');
    expect(server.listenerCount('upgrade')).toBe(0);
  });

  it('whose owner fails is named by the hook that failed, and the others are handed over', async () => {
    let handed = 0;
    const served = await serveEcho({
      onUpgrade: () => {
        handed += 1;
        throw new Error(`no goodbye ${handed}`);
      },
    });
    await openEcho(served);
    await openEcho(served);
    await expect(served.refuse()).rejects.toThrow('onUpgrade threw more than once');
    expect(handed).toBe(2);
  });
});
