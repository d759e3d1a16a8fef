import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocketComponent, type WebSocketServerOptions, webSocketServer } from '@quiesce/core/ws';
import { onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

/** A WebSocket server on an HTTP server that listens. */
export interface WebSocketService {
  readonly server: Server;
  readonly wss: WebSocketServer;
  readonly component: WebSocketComponent<WebSocket>;
  readonly url: string;
  /** Connects a client, and gives both ends of it. */
  connect(path?: string): Promise<{ readonly client: WebSocket; readonly accepted: WebSocket }>;
  dispose(): void;
}

/** Serves on a port of the system's choice. */
export async function serveWebSockets(
  options: WebSocketServerOptions<WebSocket> = {},
): Promise<WebSocketService> {
  const server = createServer((request, response) => response.end(`page ${request.url}`));
  const wss = new WebSocketServer({ server });
  const component = webSocketServer(wss, options);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients = new Set<WebSocket>();
  return {
    server,
    wss,
    component,
    url,
    async connect(path = '/chat?token=secret') {
      const connected = once(wss, 'connection');
      const client = new WebSocket(url + path);
      clients.add(client);
      client.on('error', () => {});
      const [[accepted]] = await Promise.all([connected, once(client, 'open')]);
      return { client, accepted: accepted as WebSocket };
    },
    dispose() {
      for (const client of clients) client.terminate();
      for (const accepted of wss.clients) accepted.terminate();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The same, gone when the test is over. */
export async function serveForTest(
  options: WebSocketServerOptions<WebSocket> = {},
): Promise<WebSocketService> {
  const service = await serveWebSockets(options);
  onTestFinished(() => service.dispose());
  return service;
}

/** How a client saw its WebSocket end. */
export async function closeOf(
  client: WebSocket,
): Promise<{ readonly code: number; readonly reason: string }> {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return { code, reason: reason.toString() };
}
