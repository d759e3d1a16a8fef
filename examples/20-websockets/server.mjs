import { createServer } from 'node:http';
import { createLifecycle } from '@quiesce/core';
import { httpServer } from '@quiesce/core/http';
import { webSocketServer } from '@quiesce/core/ws';
import { WebSocketServer } from 'ws';

const server = createServer((_request, response) => response.end('hello\n'));
const wss = new WebSocketServer({ server });
const webSockets = webSocketServer(wss, { code: 1012, retryMs: 2_000 });

/** @type {(client: import('ws').WebSocket, text: string) => Promise<void>} */
async function shout(client, text) {
  const work = webSockets.enter(client); // the client is told to go only after this answer
  try {
    await new Promise((resolve) => setTimeout(resolve, 500));
    client.send(text.toUpperCase());
  } finally {
    work.leave();
  }
}

wss.on('connection', (client) => {
  client.on('error', (error) => console.error(error.message));
  client.on('message', (/** @type {Buffer} */ data) => void shout(client, data.toString()));
});
server.once('listening', () => console.log('listening on', server.address()));

const lifecycle = createLifecycle({ name: 'shout' });
lifecycle.add(webSockets);
lifecycle.add(httpServer(server, { port: Number(process.env['PORT'] ?? 8080) }));
await lifecycle.run();
