import { pulsarConsumer, pulsarProducer } from '@quiesce/core/pulsar';
import { componentContract, createManualStop } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { startComponent, stopComponent } from '../support/component-run.js';
import { createGate } from '../support/test-lifecycle.js';
import { createDoubleTopic, type DoubleMessage } from './double-topic.js';

// Against a double in this process, not against a broker; see `double-topic.ts`.
describe('a stop of a Pulsar consumer (against a double)', () => {
  it('receives no more, acknowledges what is in flight, and closes, so that others have the rest', async () => {
    const topic = createDoubleTopic();
    topic.publish(10);
    const gate = createGate();
    const begun = createGate();
    let count = 0;
    const component = pulsarConsumer(
      topic.subscribe(),
      async () => {
        count += 1;
        if (count === 3) begun.open();
        await gate.passed;
      },
      { concurrency: 3 },
    );
    await startComponent(component);
    await begun.passed;
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    expect(component.pending?.()).toBe(3);
    const drained = stop.call(component, 'drain');
    gate.open();
    await drained;
    expect(topic.acknowledged).toEqual([0, 1, 2]);
    // The consumer has left already: others need not wait for the release of this service.
    const rest = createGate();
    const other = pulsarConsumer(topic.subscribe(), () =>
      topic.acknowledged.length === 9 ? rest.open() : undefined,
    );
    await startComponent(other);
    await rest.passed;
    await stopComponent(other);
    await stop.call(component, 'release');
    expect(topic.acknowledged.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(topic.negative).toEqual([]);
  });

  it('leaves what is cut to others at once, by its close', async () => {
    const topic = createDoubleTopic();
    topic.publish(1);
    const begun = createGate();
    const component = pulsarConsumer(topic.subscribe(), async (_message, { signal }) => {
      begun.open();
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
    });
    await startComponent(component);
    await begun.passed;
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    const drained = stop.call(component, 'drain');
    stop.abort('drain');
    await drained;
    await stop.call(component, 'release');
    expect(stop.cutWork).toMatchObject([{ name: 'persistent://public/default/double (0)' }]);
    const again = createGate();
    const seen: DoubleMessage[] = [];
    const other = pulsarConsumer(topic.subscribe(), (message) => {
      seen.push(message);
      again.open();
    });
    await startComponent(other);
    await again.passed;
    await stopComponent(other);
    expect(seen).toMatchObject([{ id: 0, redeliveries: 1 }]);
  });
});

describe('a Pulsar consumer (against a double)', () => {
  it('acknowledges negatively what its handler has failed at', async () => {
    const topic = createDoubleTopic();
    topic.publish(1);
    const done = createGate();
    const component = pulsarConsumer(
      topic.subscribe(),
      ({ redeliveries }) => {
        if (redeliveries === 0) throw new Error('not now');
        done.open();
      },
      { onError: () => undefined },
    );
    await startComponent(component);
    await done.passed;
    await stopComponent(component);
    expect(topic.negative).toEqual([0]);
    expect(topic.acknowledged).toEqual([0]);
  });
});

describe('a Pulsar producer (against a double)', () => {
  it('is flushed, then closed', async () => {
    const told: string[] = [];
    const producer = {
      flush: () => Promise.resolve(told.push('flush')),
      close: () => Promise.resolve(told.push('close')),
    };
    await stopComponent(pulsarProducer(producer));
    expect(told).toEqual(['flush', 'close']);
  });
});

componentContract({
  name: 'pulsarConsumer (against a double)',
  create() {
    const topic = createDoubleTopic();
    const gate = createGate();
    const begun = createGate();
    const component = pulsarConsumer(topic.subscribe(), async () => {
      begun.open();
      await gate.passed;
    });
    return {
      component,
      async begin() {
        topic.publish(1);
        await begun.passed;
        return { end: () => gate.open() };
      },
      dispose: () => gate.open(),
    };
  },
  test: { describe, it },
});
