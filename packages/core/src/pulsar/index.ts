export type { ConsumerOptions, Handling, MessageHandler } from '../consumers/options.js';
export type { PulsarConsumer, PulsarMessage, PulsarProducer } from './client.js';
export { type PulsarConsumerOptions, pulsarConsumer } from './pulsar-consumer.js';
export { pulsarProducer } from './pulsar-producer.js';
