import type { KafkaJS } from '@confluentinc/kafka-javascript';
import type {
  Message,
  Consumer as PlatformaticConsumer,
  Producer as PlatformaticProducer,
} from '@platformatic/kafka';
import type { KafkaConsumer, KafkaProducer, KafkaStream } from '@quiesce/core/kafka';
import type { Consumer, EachMessagePayload, Producer } from 'kafkajs';
import { describe, expectTypeOf, it } from 'vitest';

type Confluent = ReturnType<KafkaJS.Kafka['consumer']>;
type Stream = Awaited<ReturnType<PlatformaticConsumer['consume']>>;

// Compiled by `tsc -b`: what is assigned here are the declarations of the supported majors; there is one of each.
describe('the clients of Kafka', () => {
  it('kafkajs 2 is what the adapters take', () => {
    expectTypeOf<Consumer>().toExtend<KafkaConsumer<EachMessagePayload>>();
    expectTypeOf<Producer>().toExtend<KafkaProducer>();
  });

  it('@confluentinc/kafka-javascript 1, with its KafkaJS interface, is too', () => {
    expectTypeOf<Confluent>().toExtend<KafkaConsumer<KafkaJS.EachMessagePayload>>();
    expectTypeOf<ReturnType<KafkaJS.Kafka['producer']>>().toExtend<KafkaProducer>();
  });

  it('@platformatic/kafka 2 is too', () => {
    expectTypeOf<Stream>().toExtend<KafkaStream<Message>>();
    expectTypeOf<PlatformaticProducer>().toExtend<KafkaProducer>();
  });
});
