import { setTimeout as sleep } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { createLifecycle } from '@quiesce/core';
import { httpServer } from '@quiesce/core/http';
import { Hono } from 'hono';

const app = new Hono();
app.get('/orders/:id', async (context) => {
  await sleep(500);
  return context.text(`answered ${context.req.path}\n`);
});
const server = /** @type {import('node:http').Server} */ (createAdaptorServer(app));
server.once('listening', () => console.log('listening on', server.address()));

const lifecycle = createLifecycle({ name: 'orders' });
const store = lifecycle.add({ name: 'store', release: () => console.log('store closed') });
const port = Number(process.env['PORT'] ?? 8080);
lifecycle.add(httpServer(server, { port, host: '127.0.0.1' }), { dependsOn: [store] });
await lifecycle.run();
