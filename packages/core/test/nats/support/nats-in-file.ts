import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll } from 'vitest';
import { findServer } from '../../../../../e2e/support/servers.js';
import { type NatsServer, startNatsServer } from './nats-server.js';

/** One nats-server for all tests of a file. */
export interface NatsInFile {
  readonly server: NatsServer;
  /** A connection that is closed when the file is done, if the test has not closed it. */
  connect(): Promise<NatsConnection>;
  /** A new stream with a durable consumer, and so many messages in it: `<stream>.0`, `<stream>.1`, … */
  createStream(options?: StreamOptions): Promise<TestStream>;
}

export interface StreamOptions {
  readonly messages?: number;
  readonly ackWaitMs?: number;
}

/** A stream, seen over a connection of its own. */
export interface TestStream {
  readonly name: string;
  publish(count: number): Promise<void>;
  close(): Promise<void>;
  /** How many messages were delivered and not acknowledged, and how many were never delivered. */
  look(): Promise<{
    readonly unacknowledged: number;
    readonly waiting: number;
    readonly redelivered: number;
  }>;
}

/** Starts a server before the tests of a file and ends it after them. */
export function useNats(): NatsInFile {
  const ends: (() => Promise<void>)[] = [];
  const connections: NatsConnection[] = [];
  let server: NatsServer | undefined;
  let streams = 0;
  beforeAll(async () => {
    if (findServer('nats-server') === undefined) return;
    server = await startNatsServer((end) => ends.push(end));
  });
  afterAll(async () => {
    await Promise.all(connections.map((connection) => connection.close()));
    for (const end of ends.toReversed()) await end();
  });
  const running = (): NatsServer => {
    if (server === undefined) throw new Error('nats-server does not run');
    return server;
  };
  const open = async (): Promise<NatsConnection> => {
    const connection = await connect({ servers: running().url });
    connections.push(connection);
    return connection;
  };
  return {
    get server() {
      return running();
    },
    connect: open,
    async createStream({ messages = 0, ackWaitMs = 30_000 } = {}) {
      streams += 1;
      const stream = await createStream(await open(), `S${streams}`, ackWaitMs);
      await stream.publish(messages);
      return stream;
    },
  };
}

async function createStream(
  connection: NatsConnection,
  name: string,
  ackWaitMs: number,
): Promise<TestStream> {
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name, subjects: [`${name}.*`] });
  await manager.consumers.add(name, {
    durable_name: 'worker',
    ack_policy: 'explicit',
    ack_wait: ackWaitMs * 1e6,
    max_ack_pending: 5_000,
  });
  let published = 0;
  return {
    name,
    async publish(count) {
      const subjects = Array.from({ length: count }, (_, index) => `${name}.${published + index}`);
      published += count;
      await Promise.all(subjects.map((subject) => jetstream(connection).publish(subject)));
    },
    close: () => connection.close(),
    async look() {
      const info = await manager.consumers.info(name, 'worker');
      return {
        unacknowledged: info.num_ack_pending,
        waiting: info.num_pending,
        redelivered: info.num_redelivered,
      };
    },
  };
}
