import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpServer } from '@quiesce/core/http';
import { createManualClock } from '@quiesce/core/testing';
import { socketIoServer } from '@quiesce/core/ws';
import { Server } from 'socket.io';
import { io as connectTo } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { heapGrowth } from '../../../../e2e/support/heap-growth.js';
import { serveForTest } from './support/web-socket-service.js';

/** Whatever keeps a client keeps its socket: some thousands of bytes. */
const bytesAClient = 700;

it('a WebSocket server keeps nothing of a client that has gone, however it went', async () => {
  const { component, server, url, wss } = await serveForTest();
  const clock = createManualClock();
  const http = httpServer(server, { clock });
  wss.on('connection', (socket) => {
    socket.on('message', () => {
      const token = component.enter(socket);
      token.signal.addEventListener('abort', () => undefined);
      socket.send('over', () => token.leave());
    });
  });
  const visit = async (_: unknown, number: number): Promise<void> => {
    const client = new WebSocket(`${url}/chat`);
    await once(client, 'open');
    client.send('hello');
    await once(client, 'message');
    if (number % 2 === 0) client.terminate();
    else client.close();
    await once(client, 'close');
  };
  const growth = await heapGrowth(400, async (count) => {
    for (let each = 0; each < count; each += 20) await Promise.all(Array.from({ length: 20 }, visit));
    await expect.poll(() => wss.clients.size, { timeout: 20_000 }).toBe(0);
    await clock.advance(1_000);
  });
  expect(growth).toBeLessThan(bytesAClient);
  expect(component.pending?.()).toBe(0);
  expect(http.pending?.()).toBe(0);
});

it('a socket.io server keeps nothing of a client that has gone', async () => {
  const server = createServer();
  const io = new Server(server);
  const component = socketIoServer(io);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => io.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const visit = async (): Promise<void> => {
    const client = connectTo(url, { transports: ['websocket'], forceNew: true });
    await once(client as never, 'connect');
    client.disconnect();
  };
  const growth = await heapGrowth(200, async (count) => {
    for (let each = 0; each < count; each += 20) await Promise.all(Array.from({ length: 20 }, visit));
    await expect.poll(() => io.engine.clientsCount, { timeout: 20_000 }).toBe(0);
  });
  expect(growth).toBeLessThan(bytesAClient);
  expect(component.pending?.()).toBe(0);
});
