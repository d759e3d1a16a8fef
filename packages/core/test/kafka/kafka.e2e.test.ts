import { kafkaConsumer, kafkaProducer, kafkaStream } from '@quiesce/core/kafka';
import { componentContract, createManualStop } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { startComponent, stopComponent } from '../support/component-run.js';
import { createGate } from '../support/test-lifecycle.js';
import { describeWithKafka, saysWhetherThereIsKafka, useKafka } from './kafka-in-file.js';
import { createHolding, useTopics } from './topics.js';

const kafka = useKafka();
const { client, createTopic, send, readRest } = useTopics(kafka);

saysWhetherThereIsKafka();

describeWithKafka('a stop of a Kafka consumer', () => {
  it('ends the message it has begun in each partition, commits it, and leaves the rest to the next one', async () => {
    const topic = await createTopic({ partitions: 2, messages: 10 });
    const { handler, begun, gate } = createHolding(2);
    const consumer = client().consumer({ groupId: `${topic}-group` });
    const component = kafkaConsumer(consumer, handler, {
      topics: [topic],
      fromBeginning: true,
      partitionsConsumedConcurrently: 2,
    });
    await startComponent(component);
    await begun;
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    expect(component.pending?.()).toBe(2);
    const drained = stop.call(component, 'drain');
    gate.open();
    await drained;
    await stop.call(component, 'release');
    expect(stop.completed).toBe(2);
    expect(stop.cutWork).toEqual([]);
    const rest = await readRest(topic, 14);
    expect(rest.filter((value) => value.startsWith('0'))).toEqual(
      [3, 4, 5, 6, 7, 8, 9].map((each) => `0.${each}`),
    );
    expect(rest.filter((value) => value.startsWith('1'))).toEqual(
      [3, 4, 5, 6, 7, 8, 9].map((each) => `1.${each}`),
    );
  });

  it('leaves the group at once, so that nobody waits for its session to end', async () => {
    const topic = await createTopic({ messages: 3 });
    const first = kafkaConsumer(
      client().consumer({ groupId: `${topic}-group`, sessionTimeout: 60_000 }),
      () => {},
      {
        topics: [topic],
      },
    );
    await startComponent(first);
    await stopComponent(first);
    const admin = client().admin();
    await admin.connect();
    const { groups } = await admin.describeGroups([`${topic}-group`]);
    await admin.disconnect();
    expect(groups[0]).toMatchObject({ state: 'Empty', members: [] });
  });

  it('does not commit what is cut, and leaves it to the next one', async () => {
    const topic = await createTopic({ messages: 5 });
    const { handler, begun, gate } = createHolding(1);
    const consumer = client().consumer({ groupId: `${topic}-group` });
    const component = kafkaConsumer(consumer, handler, { topics: [topic], fromBeginning: true });
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
    expect(await readRest(topic, 3)).toEqual(['0.2', '0.3', '0.4']);
  });
});

describeWithKafka('a Kafka producer', () => {
  it('is connected by the start and disconnected by the release', async () => {
    const topic = await createTopic();
    const producer = client().producer();
    const component = kafkaProducer(producer);
    await startComponent(component);
    await producer.send({ topic, messages: [{ value: '0.0' }] });
    await stopComponent(component);
    await expect(producer.send({ topic, messages: [{ value: '0.1' }] })).rejects.toThrow(/disconnected/);
    expect(await readRest(topic, 1)).toEqual(['0.0']);
  });
});

// `@platformatic/kafka` needs Node.js 22.
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 22;
const describeOn22 = isNewEnough ? describeWithKafka : describe.skip;

describeOn22('a stop of a stream of @platformatic/kafka, on Node.js 22 and newer', () => {
  it('ends the message it has begun, commits it, and leaves the rest to the next one', async () => {
    const { Consumer, stringDeserializers } = await import('@platformatic/kafka');
    const topic = await createTopic({ messages: 6 });
    const gate = createGate();
    const begun = createGate();
    const consumer = new Consumer({
      groupId: `${topic}-group`,
      clientId: 'test',
      bootstrapBrokers: [kafka.broker],
      deserializers: stringDeserializers,
    });
    const tried: string[] = [];
    const component = kafkaStream(
      () => consumer.consume({ topics: [topic], autocommit: false, mode: 'earliest' }),
      async ({ value }) => {
        tried.push(value);
        if (value === '0.1' && tried.length === 2) throw new Error('not now');
        if (value !== '0.2') return;
        begun.open();
        await gate.passed;
      },
      { retryDelayMs: 10, onError: () => undefined },
    );
    await startComponent(component);
    await begun.passed;
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    const drained = stop.call(component, 'drain');
    gate.open();
    await drained;
    await stop.call(component, 'release');
    expect(tried).toEqual(['0.0', '0.1', '0.1', '0.2']);
    expect(await readRest(topic, 3)).toEqual(['0.3', '0.4', '0.5']);
  });
});

componentContract({
  name: 'kafkaConsumer',
  async create() {
    const topic = await createTopic();
    const gate = createGate();
    const begun = createGate();
    const handler = async (): Promise<void> => {
      begun.open();
      await gate.passed;
    };
    const consumer = client().consumer({ groupId: `${topic}-group`, maxWaitTimeInMs: 100 });
    return {
      component: kafkaConsumer(consumer, handler, { topics: [topic], fromBeginning: true }),
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
  test: { describe: describeWithKafka as typeof describe, it },
});
