import { expect, it } from 'vitest';
import { heapGrowth } from '../../../../e2e/support/heap-growth.js';
import { createTestLifecycle } from '../support/test-lifecycle.js';

// A lifecycle lives as long as its process: what it keeps of what is over, it keeps for months.
const units = 10_000;
/** An empty object is 28, and an entry in a set as much. */
const bytesAUnit = 20;

type Lifecycle = ReturnType<typeof createTestLifecycle>['lifecycle'];

const uses: Readonly<Record<string, (lifecycle: Lifecycle) => unknown>> = {
  'work that is over'(lifecycle) {
    lifecycle.enter('work').leave();
  },
  'work whose signal was asked for'(lifecycle) {
    const token = lifecycle.enter('work');
    token.signal.addEventListener('abort', () => token.leave());
    token.leave();
  },
  'a listener that has been taken away'(lifecycle) {
    lifecycle.on('state', () => undefined)();
  },
  async 'a reader of events who has broken off'(lifecycle) {
    const events = lifecycle.events();
    const first = events.next();
    await events.return?.();
    await first;
  },
  'somebody who waits until it is ready'(lifecycle) {
    return lifecycle.ready({ timeoutMs: 1_000 });
  },
  'somebody who asks how it is'(lifecycle) {
    return lifecycle.status();
  },
};

it.for(Object.entries(uses))('a lifecycle keeps nothing of %s', async ([, use]) => {
  const { lifecycle } = createTestLifecycle();
  await lifecycle.start();
  const growth = await heapGrowth(units, async (count) => {
    for (let each = 0; each < count; each += 1) await use(lifecycle);
  });
  await lifecycle.shutdown({ mode: 'force' });
  expect(growth).toBeLessThan(bytesAUnit);
});
