import { createLifecycle } from '@quiesce/core';
import { kafkaConsumer } from '@quiesce/core/kafka';
import { Kafka, logLevel } from 'kafkajs';

const brokers = [process.env['KAFKA_BROKER'] ?? '127.0.0.1:9092'];
const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 100 } });
const consumer = kafka.consumer({ groupId: 'readings', maxWaitTimeInMs: 200, allowAutoTopicCreation: true });

const lifecycle = createLifecycle({ name: 'readings' });
lifecycle.add(
  kafkaConsumer(
    consumer,
    async ({ message }) => {
      await new Promise((resolve) => setTimeout(resolve, 50)); // the work: durable when this resolves
      console.log('stored', String(message.value));
    },
    { topics: ['readings'], fromBeginning: true },
  ),
);
lifecycle.on('state', ({ state }) => console.log(state));
await lifecycle.run();
