import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { createLifecycle } from '@quiesce/core';
import { jetStreamConsumer, natsConnection, natsSubscriptions } from '@quiesce/core/nats';

const client = await connect({ servers: process.env['NATS_URL'] ?? 'nats://127.0.0.1:4222' });
const manager = await jetstreamManager(client);
await manager.streams.add({ name: 'ORDERS', subjects: ['orders.*'] });
await manager.consumers.add('ORDERS', { durable_name: 'worker', ack_policy: 'explicit' });
const consumer = await jetstream(client).consumers.get('ORDERS', 'worker');

const lifecycle = createLifecycle({ name: 'orders' });
const connection = natsConnection(client);
const nats = lifecycle.add(connection);
let handled = 0;

lifecycle.add(
  jetStreamConsumer(
    consumer,
    async (message) => {
      await new Promise((resolve) => setTimeout(resolve, 200)); // the work: durable when this resolves
      handled += 1;
      console.log(handled, 'handled:', message.subject);
    },
    { connection, concurrency: 4 },
  ),
  { dependsOn: [nats] },
);
lifecycle.add(
  natsSubscriptions((handle) =>
    client.subscribe('orders-handled', {
      callback: handle((request) => request.respond(String(handled))),
    }),
  ),
  { dependsOn: [nats] },
);

lifecycle.on('state', ({ state }) => console.log(state));
await lifecycle.run();
