import { describe, expect, it } from 'vitest';
import { createDoubleTopic } from '../../packages/core/test/pulsar/double-topic.js';
import { createGate } from '../../packages/core/test/support/test-lifecycle.js';
import { createService } from './service.mjs';

const client = { close: () => Promise.resolve() };

describe('the Pulsar consumer (against a double)', () => {
  it('acknowledges what it has begun and leaves the rest to the next one', async () => {
    const topic = createDoubleTopic();
    topic.publish(20);
    const gate = createGate();
    const begun = createGate();
    let count = 0;
    const first = createService(topic.subscribe(), client, async () => {
      count += 1;
      if (count === 4) begun.open();
      await gate.passed;
    });
    await first.start();
    await begun.passed;
    const stopping = first.shutdown();
    gate.open();
    expect(await stopping).toMatchObject({ outcome: 'clean', work: { completed: 4, cut: 0 } });
    const all = createGate();
    const second = createService(topic.subscribe(), client, async () => {
      if (topic.acknowledged.length >= 16) all.open();
    });
    await second.start();
    await all.passed;
    await second.shutdown();
    expect(new Set(topic.acknowledged).size).toBe(20);
  });
});
