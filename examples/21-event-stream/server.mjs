import { createServer } from 'node:http';
import { createLifecycle } from '@quiesce/core';
import { httpServer } from '@quiesce/core/http';
import { eventStreams } from '@quiesce/core/sse';

const streams = eventStreams({ retryMs: 2_000 });
const server = createServer((_request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  const ticks = setInterval(() => response.write(`data: ${new Date().toISOString()}\n\n`), 100);
  const signal = streams.open(response); // aborts before the final event, or when the client has gone
  signal.addEventListener('abort', () => clearInterval(ticks));
});
server.once('listening', () => console.log('listening on', server.address()));

const lifecycle = createLifecycle({ name: 'ticker' });
lifecycle.add(streams);
lifecycle.add(httpServer(server, { port: Number(process.env['PORT'] ?? 8080) }));
await lifecycle.run();
