import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLifecycle } from '@quiesce/core';
import { httpServer } from '@quiesce/core/http';
import Koa from 'koa';

const app = new Koa();
app.use(async (context) => {
  await sleep(500);
  context.body = `answered ${context.url}\n`;
});
const server = createServer(app.callback());
server.once('listening', () => console.log('listening on', server.address()));

const lifecycle = createLifecycle({ name: 'orders' });
const store = lifecycle.add({ name: 'store', release: () => console.log('store closed') });
const port = Number(process.env['PORT'] ?? 8080);
lifecycle.add(httpServer(server, { port, host: '127.0.0.1' }), { dependsOn: [store] });
await lifecycle.run();
