import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Component } from '@quiesce/core';
import { httpServer } from '@quiesce/core/http';
import { componentContract, createManualStop } from '@quiesce/core/testing';
import { type FarewellWordsOptions, type SocketIoConnection, socketIoServer } from '@quiesce/core/ws';
import { Server, type Socket as ServerSocket } from 'socket.io';
import { connect as connectClient, type Socket } from 'socket.io-client';
import { describe, expect, it, onTestFinished } from 'vitest';

interface SocketIoService {
  readonly io: Server;
  readonly component: Component;
  readonly http: Component;
  readonly url: string;
  connect(transport?: 'websocket' | 'polling'): Promise<Socket>;
  dispose(): Promise<void>;
}

async function serveSocketIo(
  options: FarewellWordsOptions<SocketIoConnection> = {},
  isCountedByHttp = true,
): Promise<SocketIoService> {
  const server = createServer((_request, response) => response.end('page'));
  const io = new Server(server);
  const component = socketIoServer(io, options);
  const http = isCountedByHttp ? httpServer(server, { idleWindowMs: 10 }) : { name: 'none' };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients = new Set<Socket>();
  return {
    io,
    component,
    http,
    url,
    async connect(transport = 'websocket') {
      const client = connectClient(url, { transports: [transport], reconnection: false, forceNew: true });
      clients.add(client);
      const connected = new Promise((resolve) => {
        io.once('connection', resolve);
      });
      await new Promise<void>((resolve, reject) => {
        client.once('connect', resolve);
        client.once('connect_error', reject);
      });
      await connected;
      return client;
    },
    async dispose() {
      for (const client of clients) client.disconnect();
      server.closeAllConnections();
      await io.close();
    },
  };
}

async function serveForTest(
  options: FarewellWordsOptions<SocketIoConnection> = {},
): Promise<SocketIoService> {
  const service = await serveSocketIo(options);
  onTestFinished(() => service.dispose());
  return service;
}

/** Why a client was disconnected, as it saw it. */
function disconnection(client: Socket): Promise<string> {
  return new Promise((resolve) => {
    client.once('disconnect', resolve);
  });
}

componentContract({
  name: 'socketIoServer',
  async create() {
    const { component, connect, dispose } = await serveSocketIo({}, false);
    return {
      component,
      async begin() {
        const client = await connect();
        const { ws } = client.io.engine.transport as unknown as {
          ws: WebSocket & { pause(): void; resume(): void };
        };
        ws.pause(); // so that its answer to the close frame waits
        return {
          async end() {
            const disconnected = disconnection(client);
            ws.resume();
            await disconnected;
          },
        };
      },
      dispose,
    };
  },
  test: { describe, it },
});

describe('a socket.io server that stops', () => {
  it.each(['websocket', 'polling'] as const)(
    'ends the transport of a client over %s, so that it reconnects by itself',
    async (transport) => {
      const { component, connect, http } = await serveForTest();
      const client = await connect(transport);
      const why = disconnection(client);
      const stop = createManualStop();
      await Promise.all([stop.call(component, 'refuse'), stop.call(http, 'refuse')]);
      expect(await why).toBe('transport close'); // after "io server disconnect" it would stay away
      await Promise.all([stop.call(component, 'drain'), stop.call(http, 'drain')]);
      await Promise.all([stop.call(component, 'release'), stop.call(http, 'release')]);
      expect(stop.cutWork).toEqual([]);
    },
  );

  it('lets the service send a last event, which arrives before the end', async () => {
    const sockets = new WeakMap<SocketIoConnection, ServerSocket>();
    const { component, connect, http, io } = await serveForTest({
      retryMs: 1_000,
      notify: (connection, retryMs) => sockets.get(connection)?.emit('stopping', retryMs),
    });
    io.on('connection', (socket) => sockets.set(socket.conn, socket));
    const client = await connect();
    const told = new Promise<number>((resolve) => {
      client.once('stopping', resolve);
    });
    const why = disconnection(client);
    const stop = createManualStop();
    await Promise.all([stop.call(component, 'refuse'), stop.call(http, 'refuse')]);
    expect(await told).toBeGreaterThanOrEqual(500);
    expect(await why).toBe('transport close');
    await Promise.all([stop.call(component, 'drain'), stop.call(http, 'drain')]);
  });

  it.each(['websocket', 'polling'] as const)('answers new clients over %s with 503', async (transport) => {
    const { component, connect, url } = await serveForTest();
    await createManualStop().call(component, 'refuse');
    await expect(connect(transport)).rejects.toThrow(/error/);
    const response = await fetch(`${url}/socket.io/?EIO=4&transport=polling`);
    expect([response.status, response.headers.get('connection')]).toEqual([503, 'close']);
    expect(await (await fetch(url)).text()).toBe('page');
  });

  it('cuts who does not answer at the end of the drain', async () => {
    const service = await serveSocketIo({}, false);
    onTestFinished(() => service.dispose());
    const client = await service.connect();
    const { ws } = client.io.engine.transport as unknown as { ws: { pause(): void } };
    ws.pause();
    const stop = createManualStop();
    await stop.call(service.component, 'refuse');
    const drained = stop.call(service.component, 'drain');
    stop.abort('drain');
    await drained;
    expect(stop.cutWork.map(({ name }) => name)).toEqual(['GET /socket.io/']);
    await stop.call(service.component, 'release');
  });
});
