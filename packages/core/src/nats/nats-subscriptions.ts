import { createConsumerComponent } from '../consumers/consumer-component.js';
import { Consumption } from '../consumers/consumption.js';
import {
  type ConsumerOptions,
  checkFunction,
  type MessageHandler,
  resolveConsumerOptions,
} from '../consumers/options.js';
import type { Source } from '../consumers/source.js';
import type { Component } from '../contract/component.js';

/** A subscription, or a service of `@nats-io/services`: whatever ends when it is drained or stopped. */
export type NatsSubscription = { drain(): Promise<unknown> } | { stop(): Promise<unknown> };

/** What the client calls for each message. */
export type NatsCallback<Message> = (error: Error | null, message: Message) => void;

/** Makes a callback of a handler: the stop waits for the calls it has begun. */
export type HandleMessages = <Message extends { readonly subject: string }>(
  handler: MessageHandler<Message>,
) => NatsCallback<Message>;

/**
 * Makes a component of core NATS subscriptions and of request/reply services. `open` subscribes, when the service
 * starts, with callbacks made by what it is given; the stop drains the subscriptions, so that what the server has
 * sent is handled still, and then waits for the handlers, whose answers go out before the connection is released.
 * @throws OptionsError
 */
export function natsSubscriptions(
  open: (
    handle: HandleMessages,
  ) => NatsSubscription | readonly NatsSubscription[] | Promise<NatsSubscription>,
  options: ConsumerOptions = {},
): Component {
  checkFunction('open', open);
  const resolved = resolveConsumerOptions(options, 'nats-subscriptions');
  let subscriptions: readonly NatsSubscription[] = [];
  const source: Source<{ readonly subject: string }> = {
    handlesRest: true,
    nameOf: ({ subject }) => subject,
    async open() {
      const opened = await open(handle);
      subscriptions = Array.isArray(opened) ? opened : [opened as NatsSubscription];
    },
    async close() {
      await Promise.all(subscriptions.map((each) => ('drain' in each ? each.drain() : each.stop())));
      consumption.refuse();
    },
  };
  const consumption = new Consumption(source, resolved);
  const nothing = (): void => {};
  const handle: HandleMessages = (handler) => {
    const work = handler as MessageHandler<{ readonly subject: string }>;
    return (error, message) => {
      if (error !== null) resolved.onError(error);
      else if (consumption.refuses) void consumption.giveBack(message);
      else consumption.start(message, work, nothing);
    };
  };
  return createConsumerComponent(resolved.name, source, consumption);
}
