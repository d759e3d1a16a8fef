// The demo's service as services often are: its handler for SIGTERM ends the process. Same routes, same order log.
import { createApp } from '../../examples/02-order-log/app.mjs';
import { OrderLog } from '../../examples/02-order-log/order-log.mjs';

const log = await OrderLog.open(process.env['ORDERS'] ?? 'orders.log');
setInterval(() => void log.flush(), 10_000);

const server = createApp({ log }, () => true);
server.listen(Number(process.env['PORT'] ?? 8080), '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  console.error(`listening on http://127.0.0.1:${port}`);
});

process.on('SIGTERM', () => {
  server.close();
  process.exit(0);
});
