import type { PulsarConsumer, PulsarMessage } from '@quiesce/core/pulsar';

/** A message of the double below. */
export interface DoubleMessage extends PulsarMessage {
  readonly id: number;
  readonly redeliveries: number;
}

/** A subscription that several consumers share. */
export interface DoubleTopic {
  publish(count: number): void;
  subscribe(): PulsarConsumer<DoubleMessage>;
  readonly acknowledged: readonly number[];
  readonly negative: readonly number[];
}

/**
 * A double of a Pulsar topic with one shared subscription, in this process: no broker is behind it. It does what Pulsar's
 * documentation says of `receive` (rejects with a time-out), of acknowledgements, and of a consumer that closes: what it
 * has not acknowledged is redelivered to others at once. What a broker really does, these tests do not show.
 */
export function createDoubleTopic(): DoubleTopic {
  const waiting: DoubleMessage[] = [];
  const acknowledged: number[] = [];
  const negative: number[] = [];
  const receivers = new Set<() => void>();
  let published = 0;

  const create = (id: number, redeliveries: number): DoubleMessage => ({
    id,
    redeliveries,
    getTopicName: () => 'persistent://public/default/double',
    getMessageId: () => ({ toString: () => `(${id})` }),
  });
  const wake = (): void => {
    for (const receive of receivers) receive();
  };
  const redeliver = (messages: Iterable<DoubleMessage>): void => {
    for (const { id, redeliveries } of messages) waiting.push(create(id, redeliveries + 1));
    wake();
  };
  const subscribe = (): PulsarConsumer<DoubleMessage> => {
    const taken = new Map<number, DoubleMessage>();
    let isClosed = false;
    const take = (): DoubleMessage | undefined => {
      const message = waiting.shift();
      if (message !== undefined) taken.set(message.id, message);
      return message;
    };
    return {
      async receive(timeoutMs = 10_000) {
        if (isClosed) throw new Error('Failed to receive message: AlreadyClosed');
        const message = take() ?? (await receiveLater(receivers, take, timeoutMs));
        if (message === undefined) throw new Error('Failed to receive message: TimeOut');
        return message;
      },
      async acknowledge({ id }) {
        if (isClosed) throw new Error('Failed to acknowledge: AlreadyClosed');
        await Promise.resolve();
        taken.delete(id);
        acknowledged.push(id);
      },
      negativeAcknowledge(message) {
        negative.push(message.id);
        taken.delete(message.id);
        redeliver([message]);
      },
      async close() {
        isClosed = true;
        await Promise.resolve();
        redeliver(taken.values());
        taken.clear();
      },
    };
  };
  return {
    acknowledged,
    negative,
    subscribe,
    publish(count) {
      for (let index = 0; index < count; index += 1) {
        waiting.push(create(published, 0));
        published += 1;
      }
      wake();
    },
  };
}

function receiveLater(
  receivers: Set<() => void>,
  take: () => DoubleMessage | undefined,
  timeoutMs: number,
): Promise<DoubleMessage | undefined> {
  return new Promise((resolve) => {
    const end = (message: DoubleMessage | undefined): void => {
      clearTimeout(timer);
      receivers.delete(receive);
      resolve(message);
    };
    const receive = (): void => {
      const message = take();
      if (message !== undefined) end(message);
    };
    const timer = setTimeout(() => end(undefined), timeoutMs);
    receivers.add(receive);
  });
}
