import { unlessAborted } from '../consumers/unless-aborted.js';
import type { Component } from '../contract/component.js';
import { checkObject, checkText } from '../options/checks.js';
import type { KafkaProducer } from './client.js';

/**
 * Makes a component of a producer: connected when the service starts, flushed and closed after all that depends on it.
 * @throws OptionsError
 */
export function kafkaProducer(
  producer: KafkaProducer,
  { name = 'kafka-producer' }: { readonly name?: string } = {},
): Component {
  checkObject('producer', producer);
  checkText('name', name);
  return {
    name,
    async start() {
      if ('connect' in producer) await producer.connect();
    },
    async release({ signal, deadline }) {
      if (producer.flush !== undefined) {
        await unlessAborted(signal, producer.flush({ timeout: Math.floor(deadline.remainingMs()) }));
      }
      await unlessAborted(signal, 'close' in producer ? producer.close() : producer.disconnect());
    },
  };
}
