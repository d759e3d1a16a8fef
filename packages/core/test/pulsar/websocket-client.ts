import type { PulsarConsumer, PulsarMessage, PulsarProducer } from '@quiesce/core/pulsar';
import { WebSocket } from 'ws';

/*
 * A client of Pulsar's WebSocket API, with the shape of `pulsar-client`, whose native part is not installed here. The broker
 * runs a consumer of its own for each socket and closes it with the socket.
 * https://pulsar.apache.org/docs/4.0.x/client-libraries-websocket/
 */

/** A message that a broker has delivered. */
export interface BrokerMessage extends PulsarMessage {
  readonly id: string;
  readonly key: string;
  readonly text: string;
}

/** A consumer of a broker. */
export interface BrokerConsumer extends PulsarConsumer<BrokerMessage> {
  /** Resolves when so many messages have come and were not received yet. */
  queued(count: number): Promise<void>;
  /** Resolves when the connection has gone. */
  readonly closed: Promise<void>;
  /** Cuts the connection, as the end of the process would. */
  terminate(): void;
}

/** Options of {@link subscribe}. */
export interface SubscribeOptions {
  readonly topic: string;
  readonly type: 'Exclusive' | 'Shared' | 'Failover' | 'Key_Shared';
  /** Decides with the others' names who has which key of `Key_Shared`. @default the broker's choice */
  readonly name?: string;
  /** The lowest one is the active one of `Failover`. @default 0 */
  readonly priority?: number;
  /** How long what was acknowledged negatively is kept back, in milliseconds. @default the broker's, a minute */
  readonly redeliverMs?: number;
}

/** How many messages come before they are received. */
const receiverQueueSize = 32;

/** Subscribes to a topic; rejects with the status of HTTP when the broker refuses: 409 when it is somebody else's. */
export async function subscribe(url: string, options: SubscribeOptions): Promise<BrokerConsumer> {
  const query = new URLSearchParams({
    subscriptionType: options.type,
    receiverQueueSize: `${receiverQueueSize}`,
    pullMode: 'true',
    ...(options.name === undefined ? {} : { consumerName: options.name }),
    ...(options.priority === undefined ? {} : { priorityLevel: `${options.priority}` }),
    ...(options.redeliverMs === undefined ? {} : { negativeAckRedeliveryDelay: `${options.redeliverMs}` }),
  });
  const topic = `persistent/public/default/${options.topic}`;
  const socket = await connect(`${url}/ws/v2/consumer/${topic}/subscription?${query.toString()}`);
  const inbox = createInbox();
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  socket.on('message', (data) => inbox.add(toMessage(topic, (data as Buffer).toString())));
  socket.once('close', () => inbox.close());
  const permit = (permitMessages: number): Promise<void> => send(socket, { type: 'permit', permitMessages });
  await permit(receiverQueueSize);
  return {
    async receive(timeoutMs = 60_000) {
      const message = await inbox.take(timeoutMs);
      // Room for one more in the queue; a connection that has gone by now is seen by the next call.
      void permit(1).catch(() => undefined);
      return message;
    },
    acknowledge: ({ id }) => send(socket, { type: 'ack', messageId: id }),
    negativeAcknowledge({ id }) {
      void send(socket, { type: 'negativeAcknowledge', messageId: id }).catch(() => undefined);
    },
    close: () => close(socket),
    closed,
    queued: (count) => inbox.holds(count),
    terminate: () => socket.terminate(),
  };
}

/** A producer of a broker. */
export interface BrokerProducer extends PulsarProducer {
  /** Resolves when the broker has the message. */
  send(text: string, key?: string): Promise<void>;
}

/** Connects a producer to a topic. */
export async function produce(url: string, topic: string): Promise<BrokerProducer> {
  const socket = await connect(`${url}/ws/v2/producer/persistent/public/default/${topic}`);
  const pending = new Map<string, { resolve(): void; reject(error: Error): void }>();
  const sends = new Set<Promise<void>>();
  let count = 0;
  socket.on('message', (data) => {
    const { result, context, errorMsg } = JSON.parse((data as Buffer).toString()) as Record<string, string>;
    const { resolve, reject } = pending.get(context ?? '') ?? {};
    pending.delete(context ?? '');
    if (result === 'ok') resolve?.();
    else reject?.(new Error(`Failed to send message: ${errorMsg}`));
  });
  socket.once('close', () => {
    for (const { reject } of pending.values()) reject(new Error('Failed to send message: AlreadyClosed'));
  });
  return {
    send(text, key) {
      const context = `${count}`;
      count += 1;
      const payload = Buffer.from(text).toString('base64');
      const sent = new Promise<void>((resolve, reject) => {
        pending.set(context, { resolve, reject });
        send(socket, { payload, context, ...(key === undefined ? {} : { key }) }).catch(reject);
      });
      sends.add(sent);
      sent.then(
        () => sends.delete(sent),
        () => sends.delete(sent),
      );
      return sent;
    },
    flush: () => Promise.all(sends),
    close: () => close(socket),
  };
}

interface Inbox {
  add(message: BrokerMessage): void;
  take(timeoutMs: number): Promise<BrokerMessage>;
  holds(count: number): Promise<void>;
  close(): void;
}

/** What has come and was not received yet. */
function createInbox(): Inbox {
  const messages: BrokerMessage[] = [];
  const changed = new Set<() => void>();
  let isClosed = false;
  const tell = (): void => {
    for (const listener of changed) listener();
  };
  /** Resolves when `isSo`, or when it is closed or the time is over. */
  const until = (isSo: () => boolean, timeoutMs = 60_000): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (isSo() || isClosed) finish();
      };
      const finish = (): void => {
        clearTimeout(timer);
        changed.delete(look);
        resolve();
      };
      const timer = setTimeout(finish, timeoutMs);
      changed.add(look);
      look();
    });
  return {
    add(message) {
      messages.push(message);
      tell();
    },
    async take(timeoutMs) {
      await until(() => messages.length > 0, timeoutMs);
      if (isClosed) throw new Error('Failed to receive message: AlreadyClosed');
      const message = messages.shift();
      if (message === undefined) throw new Error('Failed to receive message: TimeOut');
      return message;
    },
    holds: (count) => until(() => messages.length >= count),
    close() {
      isClosed = true;
      tell();
    },
  };
}

function toMessage(topic: string, data: string): BrokerMessage {
  const { messageId, payload, key } = JSON.parse(data) as Record<string, string>;
  const id = messageId ?? '';
  return {
    id,
    key: key ?? '',
    text: Buffer.from(payload ?? '', 'base64').toString(),
    getTopicName: () => topic.replace('/', '://'),
    getMessageId: () => ({ toString: () => id }),
  };
}

function connect(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.once('open', () => {
      // Whatever becomes of it from now on, `close` follows.
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

function send(socket: WebSocket, command: object): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(JSON.stringify(command), (error) => (error instanceof Error ? reject(error) : resolve()));
  });
}

function close(socket: WebSocket): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return Promise.resolve();
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    socket.close();
  });
}
