import { EventEmitter } from 'node:events';
import type { Component } from '@quiesce/core';
import { bullWorker } from '@quiesce/core/bullmq';
import { kafkaConsumer, kafkaStream } from '@quiesce/core/kafka';
import { jetStreamConsumer, natsConnection, natsSubscriptions } from '@quiesce/core/nats';
import { pulsarConsumer } from '@quiesce/core/pulsar';
import { expect, it } from 'vitest';
import { heapGrowth } from '../../../../e2e/support/heap-growth.js';
import { startComponent, stopComponent } from '../support/component-run.js';
import { createGate, type Gate } from '../support/test-lifecycle.js';

// A consumer runs for months. What it keeps of a message that is over, it keeps of all of them.
const messages = 20_000;
/** What a collector leaves behind by chance comes to a few; one reaction of a promise is 50 and more. */
const bytesAMessage = 20;

/** Gives out so many messages, then waits until it is opened for more. */
class Tap {
  #left = 0;
  #open = createGate();
  #dry: Gate | undefined;
  #isOver = false;

  /** Resolves when all of so many messages have been asked for, and one more. */
  async give(count: number): Promise<void> {
    this.#left = count;
    this.#dry = createGate();
    this.#open.open();
    await this.#dry.passed;
  }

  async take(): Promise<void> {
    while (this.#left === 0) {
      this.#dry?.open();
      this.#open = createGate();
      await this.#open.passed;
    }
    this.#left -= 1;
  }

  /** Acts once for each message, until the end. */
  async pour(act: () => unknown): Promise<void> {
    for (;;) {
      await this.take();
      if (this.#isOver) return;
      await act();
    }
  }

  /** Gives out what it takes to end whatever waits for one more. */
  end(): void {
    this.#isOver = true;
    void this.give(100_000);
  }
}

/** Slower than messages come, so that they wait for their turn. */
async function handle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}

const consumers: Readonly<Record<string, (tap: Tap) => Component>> = {
  pulsarConsumer(tap) {
    const message = {
      getTopicName: () => 'topic',
      getMessageId: () => 'id',
      getData: () => Buffer.alloc(0),
    };
    const consumer = {
      receive: async () => {
        await tap.take();
        return message;
      },
      acknowledge: async () => null,
      negativeAcknowledge: () => undefined,
      close: async () => null,
    };
    return pulsarConsumer(consumer, handle);
  },

  kafkaStream(tap) {
    const message = { topic: 'topic', partition: 0, offset: 0n, commit: () => undefined };
    const stream = {
      close: async () => undefined,
      consumer: { close: async () => undefined },
      async *[Symbol.asyncIterator]() {
        for (;;) {
          await tap.take();
          yield message;
        }
      },
    };
    return kafkaStream(async () => stream, handle);
  },

  jetStreamConsumer(tap) {
    const message = {
      subject: 'subject',
      seq: 1,
      ack: () => undefined,
      ackAck: async () => true,
      nak: () => undefined,
      working: () => undefined,
    };
    const consumer = {
      info: async () => ({ config: { ack_policy: 'explicit', ack_wait: 30e9 } }),
      fetch: async () => ({
        close: async () => undefined,
        async *[Symbol.asyncIterator]() {
          for (let count = 0; count < 5; count += 1) {
            await tap.take();
            yield message;
          }
        },
      }),
    };
    // With one at a time the others wait, and so does the next request.
    return jetStreamConsumer(consumer, handle, { concurrency: 1 });
  },

  natsSubscriptions(tap) {
    const subscription = { drain: async () => undefined };
    return natsSubscriptions((handleMessages) => {
      const callback = handleMessages(handle);
      void tap.pour(() => callback(null, { subject: 'subject' }));
      return subscription;
    });
  },

  natsConnection(tap) {
    const client = {
      async *status() {},
      flush: async () => undefined,
      drain: async () => undefined,
      close: async () => undefined,
      closed: () => new Promise(() => undefined),
      isClosed: () => true,
      isDraining: () => false,
      reconnect: async () => undefined,
    };
    const connection = natsConnection(client);
    return {
      ...connection,
      name: 'nats',
      async start(context) {
        await connection.start?.(context);
        void tap.pour(async () => {
          await connection.run(handle);
          await connection.send(() => undefined);
        });
      },
    };
  },

  kafkaConsumer(tap) {
    const consumer = {
      connect: async () => undefined,
      subscribe: async () => undefined,
      disconnect: async () => undefined,
      async run({ eachMessage }: { eachMessage(payload: object): Promise<void> }) {
        const heartbeat = async (): Promise<void> => undefined;
        const payload = () => ({ topic: 'topic', partition: 0, message: { offset: '0' }, heartbeat });
        void tap.pour(() => eachMessage(payload()));
      },
    };
    return kafkaConsumer(consumer as never, handle, { topics: ['topic'] });
  },

  bullWorker(tap) {
    const worker = Object.assign(new EventEmitter(), {
      concurrency: 1,
      isRunning: () => false,
      async run() {
        let jobs = 0;
        await tap.pour(async () => {
          const job = { id: String((jobs += 1)), name: 'job', moveToWait: async () => undefined };
          worker.emit('active', job);
          await handle();
          worker.emit(jobs % 2 === 0 ? 'completed' : 'failed', job);
        });
      },
      pause: async () => undefined,
      close: async () => undefined,
      cancelAllJobs: () => undefined,
    });
    return bullWorker(worker);
  },
};

it.each(Object.entries(consumers))('%s keeps nothing of a message that is over', async (_name, create) => {
  const warnings: Error[] = [];
  const warned = (warning: Error): void => void warnings.push(warning);
  process.on('warning', warned);
  const tap = new Tap();
  const component = create(tap);
  await startComponent(component);
  const growth = await heapGrowth(messages, (count) => tap.give(count));
  tap.end();
  await stopComponent(component);
  process.off('warning', warned);
  expect(growth).toBeLessThan(bytesAMessage);
  expect(warnings).toEqual([]);
});
