import { createLifecycle } from '@quiesce/core';
import { httpServer } from '@quiesce/core/http';
import { createApp } from './app.mjs';
import { createOrderStore } from './order-store.mjs';

const { PORT = '8080', HOST = '127.0.0.1', ORDERS = 'orders.log', REPORT } = process.env;

const lifecycle = createLifecycle({
  name: 'orders',
  announceMs: Number(process.env['ANNOUNCE_MS'] ?? 1_000),
  ...(REPORT === undefined ? {} : { reportFile: REPORT }),
});

const store = createOrderStore(ORDERS);
const server = createApp(store, () => lifecycle.status().ready);
server.once('listening', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  console.error(`listening on http://${HOST}:${port}`);
});

const log = lifecycle.add(store.component, { tier: 'critical' });
lifecycle.add(httpServer(server, { port: Number(PORT), host: HOST }), { dependsOn: [log] });

await lifecycle.run();
