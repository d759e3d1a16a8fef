export type { ConsumerOptions, Handling, MessageHandler } from '../consumers/options.js';
export type {
  KafkaConsumer,
  KafkaPayload,
  KafkaProducer,
  KafkaStream,
  KafkaStreamMessage,
} from './client.js';
export { type KafkaConsumerOptions, kafkaConsumer } from './kafka-consumer.js';
export { kafkaProducer } from './kafka-producer.js';
export { type KafkaStreamOptions, kafkaStream } from './kafka-stream.js';
