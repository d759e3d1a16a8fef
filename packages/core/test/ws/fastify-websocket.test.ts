import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import fastifyWebsocket from '@fastify/websocket';
import { httpServer } from '@quiesce/core/http';
import { createManualStop } from '@quiesce/core/testing';
import { webSocketServer } from '@quiesce/core/ws';
import fastify from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { closeOf } from './support/web-socket-service.js';

it('the server of @fastify/websocket is stopped as any other of ws', async () => {
  const app = fastify();
  // Its own preClose would close all clients at once, without a code.
  await app.register(fastifyWebsocket, { preClose: (done) => done() });
  app.get('/chat', { websocket: true }, (socket) => {
    socket.on('message', (data: Buffer) => socket.send(data));
  });
  const webSockets = webSocketServer(app.websocketServer, { code: 1012 });
  const http = httpServer(app.server, { idleWindowMs: 10 });
  await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => app.close());
  const client = new WebSocket(`ws://127.0.0.1:${(app.server.address() as AddressInfo).port}/chat`);
  await once(client, 'open');
  client.send('hello');
  await once(client, 'message');
  const closed = closeOf(client);

  const stop = createManualStop();
  const call = (phase: 'refuse' | 'drain' | 'release'): Promise<unknown> =>
    Promise.all([stop.call(webSockets, phase), stop.call(http, phase)]);
  await call('refuse');
  expect((await closed).code).toBe(1012);
  await call('drain');
  await call('release');
  expect(stop.cutWork).toEqual([]);
});
