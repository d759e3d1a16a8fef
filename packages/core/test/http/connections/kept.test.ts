import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { findConnectionList } from '../../../src/http/connections/listed-connections.js';
import { get } from '../support/raw-client.js';
import { echoPath, serve, turns, untilEvent } from '../support/test-server.js';

const longIdleMs = 1_000;
const large = 'x'.repeat(100_000);

const answerLarge: RequestListener = (request, response) => {
  response.end(request.url === '/large' ? large : 'small');
};

/** Those of our symbols that have a value on a socket. */
function keptOn(socket: Socket): readonly (string | undefined)[] {
  return Object.getOwnPropertySymbols(socket)
    .filter((symbol) => Reflect.get(socket, symbol) !== undefined)
    .map(({ description }) => description)
    .filter((description) => description?.startsWith('quiesce.'));
}

async function connectTo(listener: RequestListener) {
  const served = await serve(listener);
  const accepted = new Promise<Socket>((resolve) => served.server.once('connection', resolve));
  const client = await served.connect();
  return { ...served, client, accepted: await accepted };
}

describe('what a server keeps of a connection before a stop', () => {
  it('is nothing on the socket, and in a while nothing at all', async () => {
    const { accepted, client, clock } = await connectTo(echoPath);
    for (const path of ['/one', '/two']) {
      client.send(get(path));
      await client.until(`path ${path}`);
      expect(keptOn(accepted)).toEqual([]);
    }
    expect(clock.timers).toBeGreaterThan(0);
    await clock.advance(longIdleMs);
    expect(clock.timers).toBe(0);
  });

  it('is more while its peer may still be reading, until it has had a small answer since', async () => {
    const { accepted, client, clock } = await connectTo(answerLarge);
    client.send(get('/large'));
    await client.until(large);
    await clock.advance(longIdleMs);
    expect(keptOn(accepted)).toEqual(['quiesce.http.connection']);
    client.send(get('/small'));
    await client.until('small');
    await clock.advance(2 * longIdleMs);
    expect(keptOn(accepted)).toEqual([]);
    expect(clock.timers).toBe(0);
  });
});

/** Where Node.js keeps its list of the connections. */
async function findListKey(): Promise<symbol> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  const key = Object.getOwnPropertySymbols(server).find(
    ({ description }) => description === 'http.server.connections',
  );
  return key ?? Symbol('this version of Node.js lists nothing');
}

/** Keeps it from having one. */
async function withoutList(listener: RequestListener) {
  const none: PropertyDescriptor = { get: () => undefined, set: () => {}, configurable: true };
  return Object.defineProperty(createServer(listener), await findListKey(), none);
}

describe.for([
  ['lists its connections', createServer],
  ['lists nothing', withoutList],
] as const)('of a server of which Node.js %s', ([, create]) => {
  it('the requests in flight are counted, those too whose turn has not come', async () => {
    const responses: ServerResponse[] = [];
    const server = await create(
      (_request: unknown, response: ServerResponse) => void responses.push(response),
    );
    const { component, connect } = await serve(undefined, { server });
    const [patient, hasty] = [await connect(), await connect()];
    patient.send(get());
    hasty.send(get().repeat(3));
    await untilEvent(server, 'request', 4);
    expect(component.pending?.()).toBe(4);
    expect(findConnectionList(server) === undefined).toBe(create === withoutList);
    for (const response of responses) response.end('over');
    await patient.until('over');
    await hasty.until(/over[^]*over[^]*over/);
    await turns();
    expect(component.pending?.()).toBe(0);
  });

  it('those whose clients have gone are not', async () => {
    const server = await create(() => undefined);
    const { component, connect } = await serve(undefined, { server });
    const clients = [await connect(), await connect()];
    for (const [index, client] of clients.entries()) client.send(get().repeat(index + 1));
    await untilEvent(server, 'request', 3);
    expect(component.pending?.()).toBe(3);
    for (const { socket } of clients) socket.destroy();
    await expect.poll(() => component.pending?.()).toBe(0);
  });

  it('what is in flight when a stop begins is answered, and what is cut is named with its age', async () => {
    const responses: ServerResponse[] = [];
    const server = await create(
      (_request: unknown, response: ServerResponse) => void responses.push(response),
    );
    const { clock, component, connect, drain, refuse, stop } = await serve(undefined, { server });
    const [patient, hasty] = [await connect(), await connect()];
    patient.send(get('/patient'));
    hasty.send(get('/first') + get('/second'));
    await untilEvent(server, 'request', 3);
    await clock.advance(700);
    await refuse();
    const drained = drain();
    for (const response of responses.filter(({ req }) => req.url !== '/second')) response.end('over');
    expect(await patient.rest()).toMatch(/Connection: close[^]*over$/);
    await hasty.until('over');
    expect(component.pending?.()).toBe(1);
    stop.cut();
    await drained.settled;
    expect(stop.completed).toBe(2);
    expect(stop.cutWork).toMatchObject([{ name: 'GET /second', ageMs: expect.any(Number) }]);
    expect(stop.cutWork[0]?.ageMs).toBeGreaterThanOrEqual(680);
  });
});
