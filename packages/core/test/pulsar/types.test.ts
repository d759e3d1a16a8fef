import type { PulsarConsumer, PulsarMessage, PulsarProducer } from '@quiesce/core/pulsar';
import type { Client, Consumer, Message, Producer } from 'pulsar-client';
import { describe, expectTypeOf, it } from 'vitest';

// Compiled by `tsc -b`. There is one major, and its native part is not installed here: types only.
describe('the declarations of pulsar-client 1', () => {
  it('are what the adapters take', () => {
    expectTypeOf<Message>().toExtend<PulsarMessage>();
    expectTypeOf<Consumer>().toExtend<PulsarConsumer<Message>>();
    expectTypeOf<Producer | Client>().toExtend<PulsarProducer>();
  });
});
