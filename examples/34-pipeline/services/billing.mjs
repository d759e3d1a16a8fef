import { jetstream } from '@nats-io/jetstream';
import { createLifecycle } from '@quiesce/core';
import { jetStreamConsumer, natsConnection } from '@quiesce/core/nats';
import { connectPipeline } from './streams.mjs';

// A stream in, a stream out: an order is acknowledged when the other stream has its invoice.
const { client } = await connectPipeline();
const connection = natsConnection(client);
const consumer = await jetstream(client).consumers.get('ORDERS', 'next');

const lifecycle = createLifecycle({ name: 'billing' });
const nats = lifecycle.add(connection);
lifecycle.add(
  jetStreamConsumer(
    consumer,
    async (order) => {
      const id = order.string();
      await new Promise((resolve) => setTimeout(resolve, 5 * Math.random()));
      await connection.run(() => jetstream(client).publish(`invoices.${id}`, id, { msgID: id }));
    },
    { connection, concurrency: 32 },
  ),
  { dependsOn: [nats] },
);
lifecycle.on('state', ({ state }) => console.log(state));
await lifecycle.run();
