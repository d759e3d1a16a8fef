import { setTimeout as sleep } from 'node:timers/promises';
import { createLifecycle } from '@quiesce/core';
import quiesce from '@quiesce/core/fastify';
import fastify from 'fastify';

const lifecycle = createLifecycle({ name: 'orders' });
const app = fastify();
await app.register(quiesce, { lifecycle });
app.addHook('onClose', async () => console.log('store closed'));
app.get('/orders/:id', async (request) => {
  await sleep(500);
  return `answered ${request.url}\n`;
});

await app.listen({ port: Number(process.env['PORT'] ?? 8080), host: '127.0.0.1' });
console.log('listening on', app.server.address());
await lifecycle.run();
