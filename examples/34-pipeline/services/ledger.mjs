import { jetstream } from '@nats-io/jetstream';
import { createLifecycle } from '@quiesce/core';
import { jetStreamConsumer, natsConnection } from '@quiesce/core/nats';
import { connectPipeline } from './streams.mjs';

// A stream in, a key-value store out: an invoice is acknowledged when the ledger has it.
const { client, ledger } = await connectPipeline();
const connection = natsConnection(client);
const consumer = await jetstream(client).consumers.get('INVOICES', 'next');

const lifecycle = createLifecycle({ name: 'ledger' });
const nats = lifecycle.add(connection);
lifecycle.add(
  jetStreamConsumer(
    consumer,
    (invoice) => connection.run(() => ledger.put(invoice.string(), String(Date.now()))),
    { connection, concurrency: 32 },
  ),
  { dependsOn: [nats] },
);
lifecycle.on('state', ({ state }) => console.log(state));
await lifecycle.run();
