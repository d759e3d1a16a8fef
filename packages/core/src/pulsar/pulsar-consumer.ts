import { Backlog } from '../consumers/backlog.js';
import { createConsumerComponent } from '../consumers/consumer-component.js';
import { Consumption } from '../consumers/consumption.js';
import {
  type ConsumerOptions,
  checkCount,
  checkFunction,
  type MessageHandler,
  resolveConsumerOptions,
} from '../consumers/options.js';
import { pause } from '../consumers/pause.js';
import type { Source } from '../consumers/source.js';
import type { Component } from '../contract/component.js';
import { checkDuration, checkPort } from '../options/checks.js';
import type { PulsarConsumer, PulsarMessage } from './client.js';

/** Options of {@link pulsarConsumer}. All optional. */
export interface PulsarConsumerOptions extends ConsumerOptions {
  /** How many messages are handled at once. @default 1, which keeps their order */
  readonly concurrency?: number;
  /**
   * How long one call of `receive` waits, in milliseconds: it cannot be called off, so an idle stop may take as long.
   * @default 100
   */
  readonly receiveMs?: number;
}

/** How long after an error the next message is asked for, in milliseconds. */
const retryDelayMs = 1_000;

/**
 * Makes a component of a Pulsar consumer. The handler is called with each message, which is acknowledged when the handler
 * has resolved, and negatively acknowledged when it has rejected. See `docs/adapters/pulsar.md`.
 * @throws OptionsError
 */
export function pulsarConsumer<Message extends PulsarMessage>(
  consumer: PulsarConsumer<Message>,
  handler: MessageHandler<Message>,
  options: PulsarConsumerOptions = {},
): Component {
  checkPort('consumer', consumer, ['receive', 'acknowledge', 'negativeAcknowledge', 'close']);
  checkFunction('handler', handler);
  const resolved = resolveConsumerOptions(options, 'pulsar', { concurrency: true, receiveMs: true });
  const concurrency = checkCount('concurrency', options.concurrency, 1);
  const receiveMs = checkDuration('receiveMs', options.receiveMs, 1) ?? 100;
  let reading: Promise<void> | undefined;
  const refusal = new AbortController();

  const read = async (fail: (error: unknown) => void): Promise<void> => {
    while (!consumption.refuses) {
      try {
        backlog.add(await consumer.receive(receiveMs));
        // What waits in here waits for a handler; what waits in the client is given back by its end.
        if (backlog.isFull) await backlog.room(refusal.signal);
      } catch (error) {
        if (/time ?out/i.test(String(error))) continue;
        resolved.onError(error);
        if (/closed/i.test(String(error))) return fail(error);
        await pause(resolved.clock, retryDelayMs, refusal.signal);
      }
    }
  };
  const source: Source<Message> = {
    nameOf: (message) => `${message.getTopicName()} ${message.getMessageId().toString()}`,
    open({ fail }) {
      reading = read(fail);
    },
    async close() {
      refusal.abort();
      await reading;
      await backlog.giveBack();
    },
    done: (message) => consumer.acknowledge(message),
    giveBack(message, why) {
      // Whatever is not acknowledged when the consumer closes goes to others at once and in order. A negative
      // acknowledgement would keep it back for a minute (`nAckRedeliverTimeoutMs`).
      if (why === 'failed') consumer.negativeAcknowledge(message);
    },
    leave: async () => void (await consumer.close()),
  };
  const consumption = new Consumption(source, resolved);
  const backlog = new Backlog(consumption, handler, { ...resolved, concurrency });
  return createConsumerComponent(resolved.name, source, consumption);
}
