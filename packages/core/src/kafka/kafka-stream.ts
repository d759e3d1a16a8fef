import { createConsumerComponent } from '../consumers/consumer-component.js';
import { Consumption } from '../consumers/consumption.js';
import {
  type ConsumerOptions,
  checkFunction,
  type MessageHandler,
  resolveConsumerOptions,
} from '../consumers/options.js';
import { pause } from '../consumers/pause.js';
import type { Source } from '../consumers/source.js';
import type { Component } from '../contract/component.js';
import { checkDuration } from '../options/checks.js';
import type { KafkaStream, KafkaStreamMessage } from './client.js';

/** Options of {@link kafkaStream}. All optional. */
export interface KafkaStreamOptions extends ConsumerOptions {
  /** How long after a failure the same message is tried again, in milliseconds. @default 1_000 */
  readonly retryDelayMs?: number;
}

/**
 * Makes a component of a consumer of `@platformatic/kafka`. `open` gives back the stream of `consumer.consume({ autocommit:
 * false, … })`. One message is handled after the other, and its offset committed; one that fails is tried again.
 * @throws OptionsError
 */
export function kafkaStream<Message extends KafkaStreamMessage>(
  open: () => Promise<KafkaStream<Message>>,
  handler: MessageHandler<Message>,
  options: KafkaStreamOptions = {},
): Component {
  checkFunction('open', open);
  checkFunction('handler', handler);
  const resolved = resolveConsumerOptions(options, 'kafka', { retryDelayMs: true });
  const retryDelayMs = checkDuration('retryDelayMs', options.retryDelayMs, 1) ?? 1_000;
  let stream: KafkaStream<Message> | undefined;
  const refusal = new AbortController();
  let hasFailed = false;
  let closed: Promise<void> | undefined;

  const read = async (messages: KafkaStream<Message>): Promise<void> => {
    for await (const message of messages) {
      // To leave the loop would be to destroy the stream, and `close()` would fail: what is left is passed over.
      hasFailed = true;
      while (hasFailed && !consumption.refuses) {
        hasFailed = false;
        await consumption.handle(message, handler);
        if (hasFailed) await pause(resolved.clock, retryDelayMs, refusal.signal);
      }
    }
  };
  const source: Source<Message> = {
    nameOf: ({ topic, partition, offset }) => `${topic}/${partition} @${offset}`,
    async open({ fail }) {
      stream = await open();
      read(stream).catch((error: unknown) => (consumption.refuses ? undefined : fail(error)));
    },
    close() {
      refusal.abort();
      closed = stream?.close();
      closed?.catch(resolved.onError);
    },
    async leave() {
      await closed;
      await stream?.consumer.close();
    },
    done: (message) => message.commit(),
    giveBack(_message, why) {
      hasFailed = why === 'failed';
    },
  };
  const consumption = new Consumption(source, resolved);
  return createConsumerComponent(resolved.name, source, consumption);
}
