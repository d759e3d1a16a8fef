import { type JsMsg, jetstream } from '@nats-io/jetstream';
import {
  type JetStreamComponent,
  type JetStreamConsumerOptions,
  jetStreamConsumer,
  type MessageHandler,
} from '@quiesce/core/nats';
import { componentContract, createManualStop } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { startComponent, stopComponent } from '../support/component-run.js';
import { createGate, type Gate } from '../support/test-lifecycle.js';
import { type TestStream, useNats } from './support/nats-in-file.js';
import { describeWithNats, saysWhetherThereIsNats } from './support/nats-server.js';

const nats = useNats();

saysWhetherThereIsNats();

async function consume(
  stream: TestStream,
  handler: MessageHandler<JsMsg>,
  options: JetStreamConsumerOptions = {},
): Promise<JetStreamComponent> {
  const connection = await nats.connect();
  const consumer = await jetstream(connection).consumers.get(stream.name, 'worker');
  const component = jetStreamConsumer(consumer, handler, options);
  await startComponent(component);
  return component;
}

/** A handler that holds its messages until it is told to let them go. */
function createHolding(count: number): {
  readonly handler: () => Promise<void>;
  readonly gate: Gate;
  readonly begun: Promise<void>;
} {
  const gate = createGate();
  const all = createGate();
  let begun = 0;
  return {
    gate,
    begun: all.passed,
    async handler() {
      begun += 1;
      if (begun === count) all.open();
      await gate.passed;
    },
  };
}

describeWithNats('a stop of a JetStream consumer', () => {
  it('acknowledges what is in flight and gives back what was not started, at once', async () => {
    const stream = await nats.createStream({ messages: 100 });
    const { handler, gate, begun } = createHolding(4);
    const component = await consume(stream, handler, { concurrency: 4, pull: { max_messages: 40 } });
    await begun;
    const stop = createManualStop();
    const refused = stop.call(component, 'refuse');
    await refused;
    const drained = stop.call(component, 'drain');
    expect(component.pending?.()).toBe(4);
    gate.open();
    await drained;
    await stop.call(component, 'release');
    expect(stop.completed).toBe(4);
    expect(stop.cutWork).toEqual([]);
    expect(stop.notes).toMatchObject([{ code: 'given-back', count: expect.any(Number) }]);
    // Nobody waits for `ack_wait`: all the others can be had at once, by another consumer of the same stream.
    const seen = new Set<string>();
    const rest = createGate();
    const other = await consume(
      stream,
      ({ subject }) => {
        seen.add(subject);
        if (seen.size === 96) rest.open();
      },
      { concurrency: 50 },
    );
    await rest.passed;
    await stopComponent(other);
    expect(await stream.look()).toEqual({ unacknowledged: 0, waiting: 0, redelivered: 0 });
  });

  it('loses nothing of what is on its way when it is stopped while messages stream in, and leaves nothing to a time-out', async () => {
    const stream = await nats.createStream({ messages: 2_000 });
    const handled: string[] = [];
    let stopped = 0;
    while (new Set(handled).size < 2_000) {
      const some = createGate();
      const before = handled.length;
      const component = await consume(
        stream,
        async ({ subject }) => {
          await Promise.resolve();
          handled.push(subject);
          if (handled.length - before === 150 || new Set(handled).size === 2_000) some.open();
        },
        { concurrency: 32, pull: { max_messages: 200 } },
      );
      await some.passed;
      await stopComponent(component);
      stopped += 1;
    }
    expect(stopped).toBeGreaterThan(5);
    expect(new Set(handled).size).toBe(2_000);
    expect(handled.length).toBe(2_000);
  });

  it('keeps telling the server that a message is worked on, also after it has stopped fetching', async () => {
    const stream = await nats.createStream({ messages: 1, ackWaitMs: 1_000 });
    const { handler, gate, begun } = createHolding(1);
    const component = await consume(stream, handler);
    await begun;
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    const drained = stop.call(component, 'drain');
    // A consumer that is there all the time would be given the message when its `ack_wait` is over.
    const redelivered: JsMsg[] = [];
    const other = await consume(stream, (message) => redelivered.push(message));
    await new Promise((resolve) => {
      setTimeout(resolve, 2_500);
    });
    gate.open();
    await drained;
    await stop.call(component, 'release');
    await stopComponent(other);
    expect(redelivered).toEqual([]);
    expect(await stream.look()).toEqual({ unacknowledged: 0, waiting: 0, redelivered: 0 });
  });

  it('gives back what is cut, so that somebody else has it at once, and acknowledges none of it', async () => {
    const stream = await nats.createStream({ messages: 1 });
    const { handler, gate, begun } = createHolding(1);
    const component = await consume(stream, handler, { confirm: true });
    await begun;
    const stop = createManualStop({ mode: 'last-ditch' });
    await stop.call(component, 'refuse');
    stop.cut();
    gate.open();
    await stop.call(component, 'release');
    expect(stop.cutWork).toMatchObject([{ name: `${stream.name}.0 #1` }]);
    const again = createGate();
    const other = await consume(stream, ({ redelivered }) => (redelivered ? again.open() : undefined));
    await again.passed;
    await stopComponent(other);
    expect((await stream.look()).unacknowledged).toBe(0);
  });
});

describeWithNats('a JetStream consumer', () => {
  it('delivers again, after a delay, what its handler has failed at, and says so', async () => {
    const stream = await nats.createStream({ messages: 1 });
    const errors: unknown[] = [];
    const done = createGate();
    const component = await consume(
      stream,
      ({ redelivered }) => {
        if (!redelivered) throw new Error('not now');
        done.open();
      },
      { retryDelayMs: 1, onError: (error) => errors.push(error) },
    );
    await done.passed;
    await stopComponent(component);
    expect(errors).toMatchObject([{ message: 'not now' }]);
  });

  it('has an acknowledgement confirmed by the server when it is asked to', async () => {
    const stream = await nats.createStream({ messages: 3 });
    const { handler, gate, begun } = createHolding(3);
    const component = await consume(stream, handler, { concurrency: 3, confirm: true });
    await begun;
    gate.open();
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    await stop.call(component, 'drain');
    expect(await stream.look()).toMatchObject({ unacknowledged: 0 });
  });

  it('that is ordered says where it is, takes one message after the other and acknowledges none', async () => {
    const stream = await nats.createStream({ messages: 50 });
    const connection = await nats.connect();
    const consumer = await jetstream(connection).consumers.get(stream.name);
    const seen: number[] = [];
    let atOnce = 0;
    const half = createGate();
    const component = jetStreamConsumer(
      consumer,
      async ({ seq }) => {
        atOnce += 1;
        await Promise.resolve();
        expect(atOnce).toBe(1);
        atOnce -= 1;
        seen.push(seq);
        if (seq === 25) half.open();
      },
      { concurrency: 10 },
    );
    await startComponent(component);
    await half.passed;
    await stopComponent(component);
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => index + 1));
    expect(component.lastHandled).toBe(seen.length);
  });
});

componentContract({
  name: 'jetStreamConsumer',
  async create() {
    const stream = await nats.createStream();
    const connection = await nats.connect();
    const consumer = await jetstream(connection).consumers.get(stream.name, 'worker');
    const { handler, gate, begun } = createHolding(1);
    return {
      component: jetStreamConsumer(consumer, handler),
      async begin() {
        await stream.publish(1);
        await begun;
        return { end: () => gate.open() };
      },
      async dispose() {
        gate.open();
        await connection.close();
        await stream.close();
      },
    };
  },
  test: { describe: describeWithNats as typeof describe, it },
});
