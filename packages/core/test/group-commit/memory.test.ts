import { createGroupCommit } from '@quiesce/core/group-commit';
import { expect, it } from 'vitest';
import { heapGrowth } from '../../../../e2e/support/heap-growth.js';

/** An entry in a list is eight, and what is in it some tens more. */
const bytesAnItem = 15;

it('a group commit keeps nothing of what is durable', async () => {
  const commit = createGroupCommit<string>({
    write: async () => undefined,
    sync: async () => undefined,
    maxItems: 64,
    maxDelayMs: 1,
  });
  const growth = await heapGrowth(20_000, async (count) => {
    for (let each = 0; each < count; each += 4) {
      commit.buffer('buffered');
      await Promise.all([commit.append('one'), commit.append('two'), commit.barrier()]);
      commit.buffer('last');
    }
    await commit.barrier();
  });
  expect(growth).toBeLessThan(bytesAnItem);
  expect(commit.pending).toBe(0);
});
