import { createServer } from 'node:http';
import { createLifecycle } from '@quiesce/core';
import { httpServer } from '@quiesce/core/http';
import express from 'express';

const app = express();
app.get('/orders/:id', (request, response) => {
  setTimeout(() => response.send(`answered ${request.url}\n`), 500);
});
const server = createServer(app);
server.once('listening', () => console.log('listening on', server.address()));

const lifecycle = createLifecycle({ name: 'orders' });
const store = lifecycle.add({ name: 'store', release: () => console.log('store closed') });
const port = Number(process.env['PORT'] ?? 8080);
lifecycle.add(httpServer(server, { port, host: '127.0.0.1' }), { dependsOn: [store] });
await lifecycle.run();
