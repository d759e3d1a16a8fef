import { Backlog } from '../consumers/backlog.js';
import { createConsumerComponent } from '../consumers/consumer-component.js';
import { Consumption } from '../consumers/consumption.js';
import { checkFunction, type MessageHandler } from '../consumers/options.js';
import { atMost, pause } from '../consumers/pause.js';
import type { GivenBack, Source } from '../consumers/source.js';
import type { Component, StartContext } from '../contract/component.js';
import { checkPort } from '../options/checks.js';
import type { JetStreamConsumer, JetStreamMessage, JetStreamMessages } from './client.js';
import {
  type JetStreamConsumerOptions,
  type ResolvedJetStreamConsumerOptions,
  resolveJetStreamConsumerOptions,
} from './jetstream-options.js';

/** How long a request that messages come in for is waited for, in milliseconds. */
const settleMs = 50;

/** A JetStream consumer as a component. */
export interface JetStreamComponent extends Component {
  /** The stream sequence of the last message that was handled: where an ordered consumer goes on after a restart. */
  readonly lastHandled: number;
}

/**
 * Makes a component of a pull consumer. The handler is called with each message, which is acknowledged when the handler has
 * resolved, and redelivered after `retryDelayMs` when it has rejected. Messages of an ordered consumer are not acknowledged.
 * What happens in each phase is told in `docs/adapters/jetstream.md`.
 * @throws OptionsError
 */
export function jetStreamConsumer<Message extends JetStreamMessage>(
  consumer: JetStreamConsumer<Message>,
  handler: MessageHandler<Message>,
  options: JetStreamConsumerOptions = {},
): JetStreamComponent {
  checkPort('consumer', consumer, ['fetch', 'info']);
  checkFunction('handler', handler);
  const resolved = resolveJetStreamConsumerOptions(options);
  const source = new JetStreamSource(consumer, handler, resolved);
  const component = createConsumerComponent(resolved.name, source, source.consumption);
  return Object.defineProperty({ ...component, lastHandled: 0 }, 'lastHandled', {
    get: () => source.lastHandled,
  });
}

class JetStreamSource<Message extends JetStreamMessage> implements Source<Message> {
  readonly consumption: Consumption<Message>;
  keepAliveMs: number | undefined;
  readonly #consumer: JetStreamConsumer<Message>;
  readonly #options: ResolvedJetStreamConsumerOptions;
  readonly #backlog: Backlog<Message>;
  #acknowledges = true;
  #messages: JetStreamMessages<Message> | undefined;
  #reading: Promise<unknown> = Promise.resolve();
  /** Another one each time it is paused or resumed. */
  #turn = new AbortController();
  #fail: StartContext['fail'] = () => {};
  #leave: (() => void) | undefined;
  /** The message itself: to read its sequence takes as long as to acknowledge it. */
  #lastHandled: Message | undefined;

  constructor(
    consumer: JetStreamConsumer<Message>,
    handler: MessageHandler<Message>,
    options: ResolvedJetStreamConsumerOptions,
  ) {
    this.#consumer = consumer;
    this.#options = options;
    this.consumption = new Consumption(this, options);
    this.#backlog = new Backlog(this.consumption, handler, options);
  }

  get lastHandled(): number {
    return this.#lastHandled?.seq ?? 0;
  }

  nameOf({ subject, seq }: Message): string {
    return `${subject} #${seq}`;
  }

  async open({ fail }: StartContext): Promise<void> {
    const { config } = await this.#consumer.info(true);
    const { connection, workingMs } = this.#options;
    this.#acknowledges = config.ack_policy !== 'none';
    if (this.#acknowledges) this.keepAliveMs = workingMs ?? (config.ack_wait ?? 30e9) / 3e6;
    // Order is kept only by who takes one message after the other.
    else this.#backlog.concurrency = 1;
    this.#fail = fail;
    this.#leave = connection?.travelWith({
      pause: () => this.#pause(),
      resume: async () => {
        if (!this.consumption.refuses) await this.#resume();
      },
    });
    await this.#resume();
  }

  async close(): Promise<void> {
    this.#leave?.();
    await Promise.all([this.#pause(), this.#backlog.giveBack()]);
  }

  done(message: Message): void | Promise<void> {
    this.#lastHandled = message;
    if (!this.#acknowledges) return;
    if (this.#options.confirm) return this.#confirm(message);
    if (this.#options.connection === undefined) return message.ack();
    return this.#options.connection.send(() => message.ack());
  }

  giveBack(message: Message, why: GivenBack): void | Promise<void> {
    if (!this.#acknowledges) return;
    const { retryDelayMs, giveBackDelayMs } = this.#options;
    return this.#send(() => message.nak(why === 'failed' ? retryDelayMs : giveBackDelayMs));
  }

  keepAlive(message: Message): void {
    void this.#send(() => message.working());
  }

  #send(act: () => void): void | Promise<void> {
    const { connection } = this.#options;
    return connection === undefined ? act() : connection.send(act);
  }

  async #confirm(message: Message): Promise<void> {
    const { connection } = this.#options;
    const confirm = (): Promise<boolean> => message.ackAck();
    await (connection === undefined ? confirm() : connection.run(confirm));
  }

  async #resume(): Promise<void> {
    this.#turn = new AbortController();
    const { signal } = this.#turn;
    this.#messages = await this.#consumer.fetch(this.#options.pull);
    this.#reading = Promise.all([this.#reading, this.#read(this.#messages, signal)]);
  }

  /**
   * A request that is left behind is a danger: what nats-server (2.9.10) delivers again to one that has just lost its receiver is
   * left until `ack_wait` is over. So one that messages are coming in for is waited for a moment, and ends by itself.
   */
  async #pause(): Promise<void> {
    this.#turn.abort();
    const { clock } = this.#options;
    const { waiting, latestMs } = this.consumption;
    const quietMs = waiting.length > 0 ? 0 : clock.now() - latestMs;
    if (quietMs < settleMs) await atMost(clock, settleMs - quietMs, this.#reading);
    if (this.#messages !== undefined) await endMessages(this.#messages);
    await this.#reading;
  }

  async #read(first: JetStreamMessages<Message>, signal: AbortSignal): Promise<void> {
    const { clock, onError, retryDelayMs } = this.#options;
    let messages: JetStreamMessages<Message> | undefined = first;
    do {
      try {
        messages ??= this.#messages = await this.#consumer.fetch(this.#options.pull);
        if (signal.aborted) await endMessages(messages);
        for await (const message of messages) {
          this.#backlog.add(message);
        }
        this.#messages = undefined;
        await this.#backlog.half(signal);
      } catch (error) {
        if (signal.aborted) return;
        onError(error);
        // Who was deleted does not come back; all else may.
        if (/not found/.test(String(error))) return this.#fail(error);
        await pause(clock, retryDelayMs, signal);
      }
      messages = undefined;
    } while (!signal.aborted);
  }
}

/**
 * Ends an iteration without losing what is on its way. `close()` unsubscribes at once, and what the server had sent by then nobody
 * gets before `ack_wait` is over. The subscription behind it, which both clients have and neither documents, can be drained: the
 * server is told, everything it had sent comes, and then the iteration ends.
 */
async function endMessages(messages: JetStreamMessages<unknown>): Promise<void> {
  const subscription: unknown = Reflect.get(messages, 'sub');
  const drain: unknown = isObject(subscription) ? Reflect.get(subscription, 'drain') : undefined;
  try {
    if (isObject(subscription) && typeof drain === 'function') await Reflect.apply(drain, subscription, []);
  } finally {
    void messages.close();
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
