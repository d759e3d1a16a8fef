import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect } from '@nats-io/transport-node';

/** How long the server waits for a message of a service that was killed, in milliseconds. */
const ackWaitMs = 2_000;

/** Connects, and makes the streams and the bucket of the pipeline unless they are there. */
export async function connectPipeline() {
  const client = await connect({ servers: process.env['NATS_URL'] ?? 'nats://127.0.0.1:4222' });
  const manager = await jetstreamManager(client);
  for (const name of ['ORDERS', 'INVOICES']) {
    await manager.streams.add({ name, subjects: [`${name.toLowerCase()}.*`] });
    const config = {
      ack_policy: /** @type {const} */ ('explicit'),
      ack_wait: ackWaitMs * 1e6,
      max_ack_pending: 10_000,
    };
    await manager.consumers.add(name, { durable_name: 'next', ...config });
  }
  // With all versions of a key, so that what was stored twice can be counted.
  const ledger = await new Kvm(client).create('ledger', { history: 64 });
  return { client, manager, ledger };
}
