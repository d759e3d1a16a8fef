import { createLifecycle, type Lifecycle, silentLogger } from '@quiesce/core';
import { pulsarProducer } from '@quiesce/core/pulsar';
import { componentContract, createManualStop } from '@quiesce/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startComponent, stopComponent } from '../support/component-run.js';
import { describeWithPulsar, saysWhetherThereIsPulsar, usePulsar } from './pulsar-in-file.js';
import { type BrokerMessage, produce, subscribe } from './websocket-client.js';
import { createWorker, publish, readRest, textsOf, type Worker, type WorkerOptions } from './workers.js';

const broker = usePulsar();
let topics = 0;

saysWhetherThereIsPulsar();

function newTopic(): string {
  topics += 1;
  return `topic-${topics}`;
}

/** Subscribes until the test ends, however it ends. */
async function subscribeWorker(options: WorkerOptions): Promise<Worker> {
  const worker = await createWorker(broker.url, options);
  onTestFinished(() => worker.consumer.terminate());
  return worker;
}

/** Subscribes and begins. */
async function startWorker(options: WorkerOptions): Promise<Worker> {
  const worker = await subscribeWorker(options);
  await startComponent(worker.component);
  return worker;
}

/** Stops with what is held in flight, which ends during the drain. */
async function stopInTheMiddle({ component, gate }: Worker, meanwhile: () => void): Promise<number> {
  const stop = createManualStop();
  await stop.call(component, 'refuse');
  const drained = stop.call(component, 'drain');
  meanwhile();
  gate.open();
  await drained;
  expect(stop.cutWork).toEqual([]);
  return stop.completed;
}

const keyOf = (text: string): string => text.split('.')[0] ?? '';

const byNumber = (one: string, other: string): number =>
  Number(one.split('.')[1]) - Number(other.split('.')[1]);

describeWithPulsar('a stop of a Pulsar consumer', () => {
  it('acknowledges what is in flight, and leaves what it had fetched to another one at once', async () => {
    const topic = newTopic();
    // There is no time-out of acknowledgements: what is not given back would never come again.
    const first = await startWorker({ topic, type: 'Shared', concurrency: 3, holds: () => true });
    await publish(broker.url, topic, textsOf(12));
    await first.untilBegun(3);
    await first.consumer.queued(9);
    const other = await startWorker({ topic, type: 'Shared', concurrency: 3 });
    const completed = await stopInTheMiddle(first, () => expect(other.begun).toEqual([]));
    expect(completed).toBe(3);
    await other.untilDone(9);
    await stopComponent(other.component);
    expect([...first.done, ...other.done].toSorted(byNumber)).toEqual(textsOf(12));
    expect(first.begun).toHaveLength(3);
    expect(await readRest(broker.url, topic)).toEqual([]);
  });

  it('keeps the order of each key of a Key_Shared subscription', async () => {
    const topic = newTopic();
    const type = 'Key_Shared';
    const keys = Array.from({ length: 16 }, (_, index) => `key${index}`);
    const texts = [0, 1, 2, 3].flatMap((index) => keys.map((key) => `${key}.${index}`));
    const first = await startWorker({ topic, type, name: 'first', holds: ({ text }) => text.endsWith('.1') });
    const other = await startWorker({ topic, type, name: 'other' });
    await publish(broker.url, topic, texts);
    // It has done the first message of each of its keys, and holds the second one of the first of them.
    await first.holding;
    const ofFirst = new Set(first.begun.map(keyOf));
    expect(ofFirst.size).toBeGreaterThan(1);
    await other.untilDone(texts.length - 4 * ofFirst.size);
    await stopInTheMiddle(first, () =>
      expect(other.begun.filter((text) => ofFirst.has(keyOf(text)))).toEqual([]),
    );
    expect(first.done).toHaveLength(ofFirst.size + 1);
    await other.untilDone(texts.length - first.done.length);
    await stopComponent(other.component);
    const done = [...first.done, ...other.done];
    for (const key of keys) expect(done.filter((text) => keyOf(text) === key)).toEqual(textsOf(4, key));
    expect(await readRest(broker.url, topic)).toEqual([]);
  });

  it('has the next one of a Failover subscription begin with the first message that is not acknowledged', async () => {
    const topic = newTopic();
    const type = 'Failover';
    const first = await startWorker({ topic, type, holds: ({ text }) => text === 'm.3' });
    const next = await startWorker({ topic, type, priority: 1 });
    await publish(broker.url, topic, textsOf(10));
    await first.holding;
    await stopInTheMiddle(first, () => expect(next.begun).toEqual([]));
    expect(first.done).toEqual(textsOf(10).slice(0, 4));
    await next.untilDone(6);
    await stopComponent(next.component);
    expect(next.done).toEqual(textsOf(10).slice(4));
  });

  it('has the next one to subscribe exclusively begin with the first message that is not acknowledged', async () => {
    const topic = newTopic();
    const type = 'Exclusive';
    const first = await startWorker({ topic, type, holds: ({ text }) => text === 'm.3' });
    await publish(broker.url, topic, textsOf(10));
    await first.holding;
    await expect(subscribe(broker.url, { topic, type })).rejects.toThrow(/409/);
    await stopInTheMiddle(first, () => undefined);
    expect(first.done).toEqual(textsOf(10).slice(0, 4));
    const next = await startWorker({ topic, type });
    await next.untilDone(6);
    await stopComponent(next.component);
    expect(next.done).toEqual(textsOf(10).slice(4));
  });

  it('acknowledges nothing that is cut, and leaves it to another one at once', async () => {
    const topic = newTopic();
    const first = await subscribeWorker({
      topic,
      type: 'Shared',
      concurrency: 3,
      holds: ({ text }) => text === 'm.4',
      // One gives up when it is cut, one ends in that moment as if it had succeeded, and one does not care.
      async handle({ text }, signal) {
        if (text === 'm.2') await abortOf(signal);
        if (text === 'm.3') await abortOf(signal).catch(() => undefined);
      },
    });
    const lifecycle = await startLifecycle(first, { timeoutMs: 20_000, drainMs: 500 });
    await publish(broker.url, topic, textsOf(8));
    await first.untilBegun(5);
    await first.consumer.queued(3);
    const other = await startWorker({ topic, type: 'Shared' });
    const report = await lifecycle.shutdown();
    first.gate.open();
    expect(report).toMatchObject({ outcome: 'incomplete', work: { completed: 0, cut: 3 } });
    await other.untilDone(6);
    await stopComponent(other.component);
    expect(other.done.toSorted(byNumber)).toEqual(textsOf(8).slice(2));
    expect(first.done).toEqual(['m.0', 'm.1', 'm.3', 'm.4']);
    expect(await readRest(broker.url, topic)).toEqual([]);
  });

  it('leaves what has failed to another one, which need not wait for the delay of its redelivery', async () => {
    const topic = newTopic();
    const first = await startWorker({ topic, type: 'Shared', handle: failsAt('m.0') });
    await publish(broker.url, topic, textsOf(2));
    await first.untilDone(1);
    await stopComponent(first.component);
    // It would be a minute.
    expect(await readRest(broker.url, topic)).toEqual(['m.0']);
    expect(first.errors).toEqual(['Error: m.0 failed']);
  });
});

describeWithPulsar('a Pulsar consumer', () => {
  it('is given again what its handler has failed at', async () => {
    const topic = newTopic();
    const worker = await startWorker({ topic, type: 'Shared', redeliverMs: 100, handle: failsAt('m.1') });
    await publish(broker.url, topic, textsOf(3));
    await worker.untilDone(3);
    await stopComponent(worker.component);
    expect(worker.begun.toSorted(byNumber)).toEqual(['m.0', 'm.1', 'm.1', 'm.2']);
    expect(await readRest(broker.url, topic)).toEqual([]);
  });

  // What a stop saves: nothing is lost here either, but what was in flight is done twice.
  it('whose connection is cut has all that it had not acknowledged done by another one', async () => {
    const topic = newTopic();
    const options = { topic, type: 'Shared', concurrency: 3 } as const;
    const first = await subscribeWorker({ ...options, holds: ({ text }) => text !== 'm.0' });
    onTestFinished(() => first.consumer.terminate());
    const failure = new Promise<unknown>((resolve) => {
      void first.component.start?.({ signal: new AbortController().signal, fail: resolve });
    });
    await publish(broker.url, topic, textsOf(12));
    await first.untilBegun(4);
    const other = await startWorker(options);
    first.consumer.terminate();
    await first.consumer.closed;
    first.gate.open();
    expect(String(await failure)).toContain('AlreadyClosed');
    await other.untilDone(11);
    await stopComponent(other.component);
    await stopComponent(first.component);
    expect(other.done.toSorted(byNumber)).toEqual(textsOf(12).slice(1));
    expect(first.done).toEqual(textsOf(4));
  });
});

describeWithPulsar('a Pulsar producer', () => {
  it('is closed when the broker has all that was sent', async () => {
    const topic = newTopic();
    const consumer = await subscribe(broker.url, { topic, type: 'Shared' });
    const producer = await produce(broker.url, topic);
    const component = pulsarProducer(producer);
    await startComponent(component);
    let sent = 0;
    const sends = textsOf(200).map(async (text) => {
      await producer.send(text);
      sent += 1;
    });
    await stopComponent(component);
    expect(sent).toBe(200);
    await Promise.all(sends);
    await expect(producer.send('late')).rejects.toThrow(/not open/);
    await consumer.close();
    expect(await readRest(broker.url, topic)).toEqual(textsOf(200));
  });
});

componentContract({
  name: 'pulsarConsumer',
  async create() {
    const topic = newTopic();
    const worker = await createWorker(broker.url, { topic, type: 'Shared', holds: () => true });
    return {
      component: worker.component,
      async begin() {
        await publish(broker.url, topic, textsOf(1));
        await worker.untilBegun(1);
        return { end: () => worker.gate.open() };
      },
      dispose() {
        worker.gate.open();
        worker.consumer.terminate();
      },
    };
  },
  test: { describe: describeWithPulsar as typeof describe, it },
});

// These come last: after them there is no broker any more.
describeWithPulsar('a stop of a Pulsar consumer whose broker', () => {
  it('answers no more is over at its deadline, and says what was late', async () => {
    const topic = newTopic();
    const worker = await createWorker(broker.url, {
      topic,
      type: 'Shared',
      concurrency: 2,
      holds: () => true,
    });
    onTestFinished(() => worker.consumer.terminate());
    const lifecycle = await startLifecycle(worker, { timeoutMs: 1_800, drainMs: 600 });
    await publish(broker.url, topic, textsOf(5));
    await worker.untilBegun(2);
    await worker.consumer.queued(3);
    broker.signal('SIGSTOP');
    const stopping = lifecycle.shutdown();
    worker.gate.open();
    const report = await stopping;
    broker.signal('SIGCONT');
    await worker.consumer.closed;
    expect(report).toMatchObject({
      outcome: 'forced',
      work: { completed: 2, cut: 0 },
      components: [
        {
          phases: [
            { phase: 'refuse', outcome: 'done' },
            { phase: 'drain', outcome: 'late' },
            { phase: 'release', outcome: 'aborted' },
          ],
        },
      ],
    });
    expect(await readRest(broker.url, topic)).toEqual(textsOf(5).slice(2));
  });

  it('has gone ends all the same, and says what could not be acknowledged', async () => {
    const topic = newTopic();
    const worker = await createWorker(broker.url, {
      topic,
      type: 'Shared',
      concurrency: 2,
      holds: () => true,
    });
    const lifecycle = await startLifecycle(worker, { timeoutMs: 20_000, drainMs: 10_000 });
    await publish(broker.url, topic, textsOf(5));
    await worker.untilBegun(2);
    const stopping = lifecycle.shutdown();
    broker.signal('SIGKILL');
    await worker.consumer.closed;
    worker.gate.open();
    const report = await stopping;
    expect(report).toMatchObject({
      outcome: 'clean',
      work: { completed: 2, cut: 0 },
      notes: [{ component: 'pulsar', code: 'not-acknowledged', count: 2 }],
    });
    expect(worker.errors).toHaveLength(2);
  });
});

/** A service that consists of a worker; its drain takes no longer than it is told. */
async function startLifecycle(
  { component }: Worker,
  { timeoutMs, drainMs }: { readonly timeoutMs: number; readonly drainMs: number },
): Promise<Lifecycle> {
  const lifecycle = createLifecycle({
    name: 'test',
    exit: false,
    signals: false,
    logger: silentLogger,
    timeoutMs,
    reserveMs: { persist: 0, release: timeoutMs - drainMs - 500 },
  });
  lifecycle.add(component);
  await lifecycle.start();
  return lifecycle;
}

/** The work of a handler that does as it is told when it is cut. */
function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** The work of a handler that fails at one message, the first time. */
function failsAt(text: string): (message: BrokerMessage) => void {
  let hasFailed = false;
  return (message) => {
    if (message.text !== text || hasFailed) return;
    hasFailed = true;
    throw new Error(`${text} failed`);
  };
}
