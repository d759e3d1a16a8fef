import { createConsumerComponent } from '../consumers/consumer-component.js';
import { Consumption } from '../consumers/consumption.js';
import {
  type ConsumerOptions,
  checkCount,
  checkFunction,
  type MessageHandler,
  resolveConsumerOptions,
} from '../consumers/options.js';
import type { Source } from '../consumers/source.js';
import type { Component } from '../contract/component.js';
import { OptionsError, StoppingError } from '../errors.js';
import { checkPort } from '../options/checks.js';
import type { KafkaConsumer, KafkaPayload } from './client.js';

/** Options of {@link kafkaConsumer}. All optional but `topics`. */
export interface KafkaConsumerOptions extends ConsumerOptions {
  readonly topics: readonly string[];
  /**
   * Whether a group without committed offsets begins with the oldest message; for `kafkajs`. The other client has it as an
   * option of the consumer itself, and does not start with it here. @default its own
   */
  readonly fromBeginning?: boolean;
  /** How many partitions are handled at once; one message of each. @default 1 */
  readonly partitionsConsumedConcurrently?: number;
}

/** As often as `kafkajs` does it between messages, by default. */
const heartbeatMs = 3_000;

/**
 * Makes a component of a consumer of `kafkajs`, or of `@confluentinc/kafka-javascript`. It connects, subscribes and runs in
 * `start`; when it stops it ends the message of each partition that it has begun, commits, and leaves the group at once, so
 * that others have its partitions before it is gone. See `docs/adapters/kafka.md`.
 * @throws OptionsError
 */
export function kafkaConsumer<Payload extends KafkaPayload>(
  consumer: KafkaConsumer<Payload>,
  handler: MessageHandler<Payload>,
  options: KafkaConsumerOptions,
): Component {
  checkPort('consumer', consumer, ['connect', 'subscribe', 'run', 'disconnect']);
  checkFunction('handler', handler);
  const own = { topics: true, fromBeginning: true, partitionsConsumedConcurrently: true } as const;
  const resolved = resolveConsumerOptions(options, 'kafka', own);
  const { topics, fromBeginning } = options;
  if (!Array.isArray(topics)) throw new OptionsError('topics', 'must be an array of texts', topics);
  const concurrency = checkCount('partitionsConsumedConcurrently', options.partitionsConsumedConcurrently, 1);
  let left: Promise<void> | undefined;

  /** What rejects here is not committed, and its partition is not gone on with. */
  const eachMessage = (payload: Payload): Promise<void> => consumption.handle(payload, handler);
  const source: Source<Payload> = {
    keepAliveMs: heartbeatMs,
    nameOf: ({ topic, partition, message }) => `${topic}/${partition} @${message.offset}`,
    async open() {
      try {
        await consumer.connect();
        await consumer.subscribe({
          topics: [...topics],
          ...(fromBeginning === undefined ? {} : { fromBeginning }),
        });
        await consumer.run({ eachMessage, partitionsConsumedConcurrently: concurrency });
      } catch (error) {
        // What has not started is not stopped; its connection would keep the process alive.
        consumer.disconnect().catch(resolved.onError);
        throw error;
      }
    },
    close() {
      // Fetches no more at once; when what is in flight has ended it commits, leaves the group and disconnects.
      left ??= consumer.disconnect();
      left.catch(resolved.onError);
    },
    finish: async () => left,
    giveBack(_payload, why, error) {
      throw why === 'failed' ? error : new StoppingError('the message was not started: the consumer stops');
    },
    cutError: () => new StoppingError('the message was cut: the consumer stops'),
    keepAlive: (payload) => payload.heartbeat(),
    release: async () => left,
  };
  const consumption = new Consumption(source, resolved);
  return createConsumerComponent(resolved.name, source, consumption);
}
