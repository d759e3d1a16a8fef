import { createLifecycle } from '@quiesce/core';
import { pulsarConsumer, pulsarProducer } from '@quiesce/core/pulsar';

/**
 * A service that counts what it consumes: with `pulsar-client`, or with whatever has its shape.
 * @template {import('@quiesce/core/pulsar').PulsarMessage} Message
 * @param {import('@quiesce/core/pulsar').PulsarConsumer<Message>} consumer
 * @param {import('@quiesce/core/pulsar').PulsarProducer} client
 * @param {(message: Message) => Promise<void>} work durable when it resolves
 */
export function createService(consumer, client, work) {
  const lifecycle = createLifecycle({ name: 'counter', exit: false });
  const pulsar = lifecycle.add(pulsarProducer(client, { name: 'pulsar-client' }));
  lifecycle.add(pulsarConsumer(consumer, work, { concurrency: 4 }), { dependsOn: [pulsar] });
  return lifecycle;
}
