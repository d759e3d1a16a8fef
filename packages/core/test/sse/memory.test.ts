import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { httpServer } from '@quiesce/core/http';
import { eventStreams } from '@quiesce/core/sse';
import { createManualClock } from '@quiesce/core/testing';
import { expect, it, onTestFinished } from 'vitest';
import { heapGrowth } from '../../../../e2e/support/heap-growth.js';

/** Whatever keeps a stream keeps some thousands of bytes. */
const bytesAStream = 500;

it('event streams keep nothing of a stream whose client has gone', async () => {
  const component = eventStreams();
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const signal = component.open(response);
    signal.addEventListener('abort', () => (left += 1));
    response.write('data: hello\n\n');
  });
  let left = 0;
  const clock = createManualClock();
  httpServer(server, { clock });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const visit = async (): Promise<void> => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /events HTTP/1.1\r\nHost: test\r\n\r\n');
    await once(socket, 'data');
    socket.destroy();
    await once(socket, 'close');
  };
  const growth = await heapGrowth(600, async (count) => {
    const expected = left + count;
    for (let each = 0; each < count; each += 20) await Promise.all(Array.from({ length: 20 }, visit));
    await expect.poll(() => left, { timeout: 20_000 }).toBe(expected);
    await clock.advance(1_000);
  });
  expect(growth).toBeLessThan(bytesAStream);
  expect(component.pending?.()).toBe(0);
});

it('event streams keep nothing of a stream that its handler has ended', async () => {
  const component = eventStreams();
  const growth = await heapGrowth(2_000, async (count) => {
    for (let each = 0; each < count; each += 1) {
      const stream = new PassThrough();
      component.open(stream).addEventListener('abort', () => undefined);
      stream.resume().end('data: last\n\n');
      await once(stream, 'close');
    }
  });
  expect(growth).toBeLessThan(bytesAStream);
  expect(component.pending?.()).toBe(0);
});
