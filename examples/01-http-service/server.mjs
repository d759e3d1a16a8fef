import { createServer } from 'node:http';
import { createLifecycle } from '@quiesce/core';
import { httpServer } from '@quiesce/core/http';

const server = createServer((request, response) => {
  setTimeout(() => response.end(`answered ${request.url}\n`), 1_000);
});
server.once('listening', () => console.log('listening on', server.address()));

const lifecycle = createLifecycle({ name: 'hello' });
const store = lifecycle.add({ name: 'store', release: () => console.log('store closed') });
const port = Number(process.env['PORT'] ?? 8080);
lifecycle.add(httpServer(server, { port }), { dependsOn: [store] });

await lifecycle.run(); // starts, serves, waits for a stop signal, stops in order, ends the process
