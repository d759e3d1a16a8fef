import type { KafkaJS } from '@confluentinc/kafka-javascript';
import { kafkaConsumer, kafkaProducer } from '@quiesce/core/kafka';
import { componentContract, createManualStop } from '@quiesce/core/testing';
import { type describe, expect, it } from 'vitest';
import { startComponent, stopComponent } from '../support/component-run.js';
import { createGate } from '../support/test-lifecycle.js';
import { describeWithConfluent, loadConfluent, saysWhetherThereIsConfluent } from './confluent-client.js';
import { saysWhetherThereIsKafka, useKafka } from './kafka-in-file.js';
import { createHolding, useTopics } from './topics.js';

const kafka = useKafka();
const { createTopic, send, readRest, describeGroup, committed } = useTopics(kafka);

saysWhetherThereIsKafka();
saysWhetherThereIsConfluent();

function client(): KafkaJS.Kafka {
  const { KafkaJS } = loadConfluent();
  return new KafkaJS.Kafka({ kafkaJS: { brokers: [kafka.broker], logLevel: KafkaJS.logLevel.NOTHING } });
}

function createConsumer(
  topic: string,
  options: Partial<KafkaJS.ConsumerConfig> = {},
): ReturnType<KafkaJS.Kafka['consumer']> {
  const kafkaJS = { groupId: `${topic}-group`, fromBeginning: true, sessionTimeout: 60_000, ...options };
  return client().consumer({ kafkaJS });
}

describeWithConfluent('a stop of a consumer of @confluentinc/kafka-javascript', () => {
  it('ends the message it has begun, commits it, and leaves the rest to the next one', async () => {
    const topic = await createTopic({ partitions: 2, messages: 10 });
    // The client brings the messages of one partition after those of the other at times, however many it may handle at once.
    const { handler, begun, gate } = createHolding(1);
    const handled: string[] = [];
    const component = kafkaConsumer(
      createConsumer(topic),
      async (payload) => {
        await handler(payload);
        handled.push(String(payload.message.value));
      },
      { topics: [topic], partitionsConsumedConcurrently: 2 },
    );
    await startComponent(component);
    await begun;
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    expect(component.pending?.()).toBeGreaterThan(0);
    const drained = stop.call(component, 'drain');
    gate.open();
    await drained;
    expect(await describeGroup(topic)).toMatchObject({ state: 'Empty', members: [] });
    await stop.call(component, 'release');
    expect(stop.completed).toBeGreaterThan(0);
    expect(stop.cutWork).toEqual([]);
    const rest = await readRest(topic, 20 - handled.length);
    const all = [0, 1].flatMap((partition) =>
      Array.from({ length: 10 }, (_, index) => `${partition}.${index}`),
    );
    expect([...handled, ...rest].toSorted()).toEqual(all);
  });

  it('leaves the group at once, also right after it has started', async () => {
    const topic = await createTopic({ messages: 3 });
    const component = kafkaConsumer(createConsumer(topic), () => {}, { topics: [topic] });
    await startComponent(component);
    await stopComponent(component);
    expect(await describeGroup(topic)).toMatchObject({ members: [] });
  });

  it('does not wait for messages when there are none', async () => {
    const topic = await createTopic({ messages: 1 });
    const handled = createGate();
    const component = kafkaConsumer(createConsumer(topic), () => handled.open(), { topics: [topic] });
    await startComponent(component);
    await handled.passed;
    await stopComponent(component);
    expect(await describeGroup(topic)).toMatchObject({ state: 'Empty', members: [] });
    expect(await committed(topic)).toBe(1);
  });

  it('does not commit what is cut, and leaves it to the next one', async () => {
    const topic = await createTopic({ messages: 5 });
    const { handler, begun, gate } = createHolding(1);
    const component = kafkaConsumer(createConsumer(topic), handler, { topics: [topic] });
    await startComponent(component);
    await begun;
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    const drained = stop.call(component, 'drain');
    stop.abort('drain');
    await drained;
    await stop.call(component, 'release');
    gate.open();
    expect(stop.cutWork).toMatchObject([{ name: `${topic}/0 @2` }]);
    expect(await describeGroup(topic)).toMatchObject({ state: 'Empty', members: [] });
    expect(await committed(topic)).toBe(2);
    expect(await readRest(topic, 3)).toEqual(['0.2', '0.3', '0.4']);
  });

  it('commits nothing of a message that fails, and handles it again before the ones after it', async () => {
    const topic = await createTopic({ messages: 4 });
    const tried: string[] = [];
    const all = createGate();
    const component = kafkaConsumer(
      createConsumer(topic),
      ({ message }) => {
        tried.push(String(message.value));
        if (tried.length === 2) throw new Error('not now');
        if (tried.length === 5) all.open();
      },
      { topics: [topic], onError: () => undefined },
    );
    await startComponent(component);
    await all.passed;
    await stopComponent(component);
    expect(tried).toEqual(['0.0', '0.1', '0.1', '0.2', '0.3']);
    expect(await committed(topic)).toBe(4);
  });

  it('is not connected any more when it could not start', async () => {
    const topic = await createTopic();
    const consumer = createConsumer(topic);
    const component = kafkaConsumer(consumer, () => {}, { topics: [topic], fromBeginning: true });
    await expect(startComponent(component)).rejects.toThrow(/fromBeginning/);
    expect(() => consumer.assignment()).toThrow(/only be called while connected/);
  });
});

describeWithConfluent('a producer of @confluentinc/kafka-javascript', () => {
  it('is flushed before it is disconnected', async () => {
    const topic = await createTopic();
    // Nothing is sent before so many milliseconds but what is flushed.
    const producer = client().producer({ 'linger.ms': 60_000 });
    const component = kafkaProducer(producer);
    await startComponent(component);
    const values = Array.from({ length: 100 }, (_, index) => `0.${index}`);
    const sent = producer.send({ topic, messages: values.map((value) => ({ value })) });
    await stopComponent(component);
    await sent;
    await expect(producer.send({ topic, messages: [{ value: '0.1' }] })).rejects.toThrow(/connect/);
    expect(await readRest(topic, 100)).toEqual(values);
  });

  it('is given up at the deadline when the broker does not answer, and the release says so', async () => {
    const topic = await createTopic();
    const producer = client().producer();
    const component = kafkaProducer(producer);
    await startComponent(component);
    await producer.send({ topic, messages: [{ value: '0.0' }] });
    kafka.signal('SIGSTOP');
    const sent = producer.send({ topic, messages: [{ value: '0.1' }] });
    try {
      const stop = createManualStop({ timeoutMs: 600 });
      await expect(stop.call(component, 'release')).rejects.toThrow(/timed out/);
    } finally {
      kafka.signal('SIGCONT');
    }
    await sent;
    await producer.disconnect();
    expect(await readRest(topic, 2)).toEqual(['0.0', '0.1']);
  });
});

componentContract({
  name: 'kafkaConsumer of @confluentinc/kafka-javascript',
  async create() {
    const topic = await createTopic();
    const gate = createGate();
    const begun = createGate();
    const handler = async (): Promise<void> => {
      begun.open();
      await gate.passed;
    };
    const consumer = createConsumer(topic);
    return {
      component: kafkaConsumer(consumer, handler, { topics: [topic] }),
      async begin() {
        await send(topic, 1, 1);
        await begun.passed;
        return { end: () => gate.open() };
      },
      async dispose() {
        gate.open();
        await consumer.disconnect();
      },
    };
  },
  test: { describe: describeWithConfluent as typeof describe, it },
});
