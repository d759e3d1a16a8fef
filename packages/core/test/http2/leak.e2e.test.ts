import { once } from 'node:events';
import { createServer, type ServerHttp2Session } from 'node:http2';
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { serveHttp2, type TestHttp2Server } from './support/serve-http2.js';

const sessions = 10_000;
const atOnce = 100;
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** Empty SETTINGS (RFC 9113, 3.4), and HEADERS of `GET http://a/` in the first stream (RFC 7541, Appendix A). */
const frames = Buffer.from('000000040000000000000006010500000001828486410161', 'hex');
const requestBytes = Buffer.concat([preface, frames]);

/** One session with one request, which the client gives up by going away. */
async function visit(port: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  const closed = once(socket, 'close');
  socket.write(requestBytes);
  await once(socket, 'data');
  socket.destroy();
  await closed;
}

async function visitAll(port: number): Promise<void> {
  const visitInTurn = async (): Promise<void> => {
    for (let left = sessions / atOnce; left > 0; left -= 1) await visit(port);
  };
  await Promise.all(Array.from({ length: atOnce }, visitInTurn));
}

/** Only weak references to what came and went. */
async function watchSessions(): Promise<{ http2: TestHttp2Server; seen: WeakRef<ServerHttp2Session>[] }> {
  const server = createServer(() => {}); // never answers
  const seen: WeakRef<ServerHttp2Session>[] = [];
  server.on('session', (session) => seen.push(new WeakRef(session)));
  return { http2: await serveHttp2(server), seen };
}

it('nothing is kept of ten thousand sessions that have come and gone', { timeout: 120_000 }, async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const { http2, seen } = await watchSessions();
  const { component, port, server, stop } = http2;
  let streams = 0;
  const onStream = (): void => {
    streams += 1;
  };
  server.on('stream', onStream);
  await visitAll(port);
  await expect.poll(() => component.pending?.(), { timeout: 20_000 }).toBe(0);
  expect(seen).toHaveLength(sessions);
  expect(streams).toBe(sessions);
  const countAlive = (): number => {
    collectGarbage();
    return seen.filter((session) => session.deref() !== undefined).length;
  };
  // What the event loop has not let go of yet is a handful, and not one in each session.
  await expect.poll(countAlive, { timeout: 20_000 }).toBeLessThan(sessions / 100);
  await stop.call(component, 'refuse');
  await stop.call(component, 'drain');
  expect(stop.completed).toBe(0);
  expect(stop.cutWork).toEqual([]);
});
