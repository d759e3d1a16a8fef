import { Kafka, logLevel } from 'kafkajs';
import { expect, it } from 'vitest';
import { startNode } from '../../e2e/support/process.js';
import { describeWithKafka, useKafka } from '../../packages/core/test/kafka/kafka-in-file.js';

const broker = useKafka();
const readings = 40;

describeWithKafka('the Kafka consumer', () => {
  it('goes on after each stop with the reading after the last one that was stored', async () => {
    const producer = new Kafka({ brokers: [broker.broker], logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    const messages = Array.from({ length: readings }, (_, index) => ({ value: String(index) }));
    await producer.send({ topic: 'readings', messages });
    await producer.disconnect();
    const stored: number[] = [];
    for (const until of [5, 15, 25, readings - 1]) {
      const env = { KAFKA_BROKER: broker.broker };
      const consumer = startNode(new URL('consumer.mjs', import.meta.url), [], { env });
      await consumer.waitForLine(`stored ${until}`);
      consumer.signal('SIGTERM');
      expect(await consumer.waitForExit()).toMatchObject({ code: 0, signal: null });
      stored.push(...[...consumer.stdout.matchAll(/stored (\d+)/g)].map(([, value]) => Number(value)));
    }
    expect(stored).toEqual(messages.map(({ value }) => Number(value)));
  });
});
