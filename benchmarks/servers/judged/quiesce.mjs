import { createLifecycle } from '@quiesce/core';
import { httpServer } from '@quiesce/core/http';
import { announceListening, createServer, handler, port } from '../node-program.mjs';

const server = createServer((request, response) => {
  if (request.url !== '/readyz') return handler(request, response);
  const { ready } = lifecycle.status();
  response.writeHead(ready ? 200 : 503).end(ready ? 'ready\n' : 'stopping\n');
});
server.once('listening', () => announceListening(server.address()));
const lifecycle = createLifecycle({ name: 'judged', announceMs: 1_000, timeoutMs: 8_000 });
lifecycle.add(httpServer(server, { port, host: '127.0.0.1' }));
await lifecycle.run();
