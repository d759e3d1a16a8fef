import { unlessAborted } from '../consumers/unless-aborted.js';
import type { Component } from '../contract/component.js';
import { checkPort, checkText } from '../options/checks.js';
import type { PulsarProducer } from './client.js';

/**
 * Makes a component of a Pulsar producer, or of a client: flushed and closed after all that depends on it.
 * @throws OptionsError
 */
export function pulsarProducer(
  producer: PulsarProducer,
  { name = 'pulsar-producer' }: { readonly name?: string } = {},
): Component {
  checkPort('producer', producer, ['close']);
  checkText('name', name);
  return {
    name,
    async release({ signal }) {
      await unlessAborted(signal, Promise.resolve(producer.flush?.()));
      await unlessAborted(signal, producer.close());
    },
  };
}
