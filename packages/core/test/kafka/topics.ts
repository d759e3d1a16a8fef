import { kafkaConsumer } from '@quiesce/core/kafka';
import { Kafka, logLevel } from 'kafkajs';
import { startComponent, stopComponent } from '../support/component-run.js';
import { createGate, type Gate } from '../support/test-lifecycle.js';
import type { KafkaInFile } from './kafka-in-file.js';

/** The topics of a file's broker, made and read with `kafkajs`. */
export interface Topics {
  client(): Kafka;
  /** A new topic with so many partitions and so many messages in each: their values are `<partition>.<index>`. */
  createTopic(size?: { readonly partitions?: number; readonly messages?: number }): Promise<string>;
  send(topic: string, partitions: number, count: number): Promise<void>;
  /** Handles as a member of the topic's group until there are so many values, and gives them back. */
  readRest(topic: string, count: number): Promise<readonly string[]>;
  /** What is known of the topic's group. */
  describeGroup(topic: string): Promise<{ readonly state: string; readonly members: readonly unknown[] }>;
  /** The offset that is committed for the first partition; -1 when there is none. */
  committed(topic: string): Promise<number>;
}

export function useTopics(kafka: KafkaInFile): Topics {
  let names = 0;
  const client = (): Kafka =>
    new Kafka({ brokers: [kafka.broker], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50 } });
  const withAdmin = async <Result>(
    act: (admin: ReturnType<Kafka['admin']>) => Promise<Result>,
  ): Promise<Result> => {
    const admin = client().admin();
    await admin.connect();
    try {
      return await act(admin);
    } finally {
      await admin.disconnect();
    }
  };
  const send: Topics['send'] = async (topic, partitions, count) => {
    const producer = client().producer();
    await producer.connect();
    const messages = Array.from({ length: partitions * count }, (_, index) => {
      const partition = index % partitions;
      return { partition, value: `${partition}.${Math.floor(index / partitions)}` };
    });
    await producer.send({ topic, messages });
    await producer.disconnect();
  };
  return {
    client,
    send,
    async createTopic({ partitions = 1, messages = 0 } = {}) {
      names += 1;
      const topic = `topic-${names}`;
      const topics = [{ topic, numPartitions: partitions }];
      await withAdmin((admin) => admin.createTopics({ topics, waitForLeaders: true }));
      if (messages > 0) await send(topic, partitions, messages);
      return topic;
    },
    async readRest(topic, count) {
      const values: string[] = [];
      const all = createGate();
      const component = kafkaConsumer(
        client().consumer({ groupId: `${topic}-group`, maxWaitTimeInMs: 200 }),
        ({ message }) => {
          values.push(String(message.value));
          if (values.length === count) all.open();
        },
        { topics: [topic], fromBeginning: true },
      );
      await startComponent(component);
      await all.passed;
      await stopComponent(component);
      return values;
    },
    async describeGroup(topic) {
      const { groups } = await withAdmin((admin) => admin.describeGroups([`${topic}-group`]));
      const [group] = groups;
      if (group === undefined) throw new Error(`there is no group of ${topic}`);
      return group;
    },
    async committed(topic) {
      const query = { groupId: `${topic}-group`, topics: [topic] };
      const [fetched] = await withAdmin((admin) => admin.fetchOffsets(query));
      return Number(fetched?.partitions.find(({ partition }) => partition === 0)?.offset);
    },
  };
}

/** A handler that holds its messages from the third of each partition on. */
export interface Holding {
  readonly handler: (payload: { readonly message: { readonly value: Buffer | null } }) => Promise<void>;
  /** Resolves when so many are held. */
  readonly begun: Promise<void>;
  readonly gate: Gate;
}

export function createHolding(count: number): Holding {
  const gate = createGate();
  const all = createGate();
  let held = 0;
  return {
    gate,
    begun: all.passed,
    async handler({ message }) {
      if (Number(String(message.value).split('.')[1]) < 2) return;
      held += 1;
      if (held === count) all.open();
      await gate.passed;
    },
  };
}
