export type { ConsumerOptions, Handling, MessageHandler } from '../consumers/options.js';
export type {
  JetStreamConsumer,
  JetStreamConsumerInfo,
  JetStreamMessage,
  JetStreamMessages,
  NatsClient,
  NatsStatus,
  PullOptions,
} from './client.js';
export { type JetStreamComponent, jetStreamConsumer } from './jetstream-consumer.js';
export type { JetStreamConsumerOptions } from './jetstream-options.js';
export {
  type NatsConnection,
  type NatsConnectionOptions,
  natsConnection,
  type Traveller,
} from './nats-connection.js';
export {
  type HandleMessages,
  type NatsCallback,
  type NatsSubscription,
  natsSubscriptions,
} from './nats-subscriptions.js';
