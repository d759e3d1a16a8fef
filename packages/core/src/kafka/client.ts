/* What is used of `kafkajs` 2, of `@confluentinc/kafka-javascript` 1 (its KafkaJS interface) and of `@platformatic/kafka` 2. */

/** A message as `eachMessage` has it. */
export interface KafkaPayload {
  readonly topic: string;
  readonly partition: number;
  readonly message: { readonly offset: string };
  heartbeat(): Promise<void>;
}

/** A consumer of `kafkajs`, or of `@confluentinc/kafka-javascript`. */
export interface KafkaConsumer<Payload extends KafkaPayload> {
  connect(): Promise<void>;
  subscribe(subscription: { topics: string[]; fromBeginning?: boolean }): Promise<void>;
  run(config: {
    eachMessage: (payload: Payload) => Promise<void>;
    partitionsConsumedConcurrently?: number;
  }): Promise<void>;
  disconnect(): Promise<void>;
}

/** A message of a stream of `@platformatic/kafka`. */
export interface KafkaStreamMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  commit(): void | Promise<void>;
}

/** A stream of messages, with `autocommit: false`. */
export interface KafkaStream<Message> extends AsyncIterable<Message> {
  close(): Promise<void>;
  readonly consumer: { close(force?: boolean): Promise<void> };
}

/** A producer: one that disconnects, or one that closes. What can be flushed is flushed first. */
export type KafkaProducer = {
  flush?(options?: { timeout?: number }): Promise<unknown>;
} & ({ connect(): Promise<unknown>; disconnect(): Promise<unknown> } | { close(): Promise<unknown> });
