import { expect, it } from 'vitest';
import { heapGrowth } from '../../../../e2e/support/heap-growth.js';
import { createMemoryGroup, settleWithin } from './memory-group.js';

/** Two shards in this thread weigh 67,000 with their lifecycles; what a parent has of a real one is 13,000. */
const bytesAReplacement = 10_000;

it('a group keeps nothing of shards that were replaced', async () => {
  const { parent, group, clock, shards } = createMemoryGroup(() => undefined);
  await settleWithin(clock, parent.start(), 1_000);
  const growth = await heapGrowth(20, async (count) => {
    for (let each = 0; each < count; each += 1) await settleWithin(clock, group.replace(), 60_000);
    shards.length = 0;
  });
  await settleWithin(clock, parent.shutdown(), 60_000);
  expect(growth).toBeLessThan(bytesAReplacement);
});

it('a group keeps nothing of shards that have crashed', async () => {
  const onCrash = { limit: 1, withinMs: 1, delayMs: 1 };
  const { parent, group, clock, shards } = createMemoryGroup(() => undefined, { onCrash });
  await settleWithin(clock, parent.start(), 1_000);
  const growth = await heapGrowth(20, async (count) => {
    for (let each = 0; each < count; each += 1) {
      shards.at(-1)?.crash();
      while (group.shards.length > 1) await clock.settle();
      await clock.advance(1_000);
      while (group.shards.filter(({ state }) => state === 'ready').length < 2) await clock.settle();
    }
    shards.splice(0, shards.length - 1);
  });
  await settleWithin(clock, parent.shutdown(), 60_000);
  expect(growth).toBeLessThan(bytesAReplacement);
});
