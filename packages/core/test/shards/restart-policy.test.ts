import { describe, expect, it } from 'vitest';
import { createRestartPolicy, resolveRestartOptions } from '../../src/shards/restart-policy.js';

describe('the restarts of shards', () => {
  it('wait twice as long each time, up to the longest wait, and end at the limit', () => {
    const policy = createRestartPolicy(
      resolveRestartOptions({ limit: 4, delayMs: 100, longestDelayMs: 350, withinMs: 1_000 }),
    );
    expect([0, 1, 2, 3, 4].map((nowMs) => policy.next(nowMs))).toEqual([100, 200, 350, 350, undefined]);
  });

  it('are forgotten when they are long ago', () => {
    const policy = createRestartPolicy(resolveRestartOptions({ limit: 1, delayMs: 10, withinMs: 1_000 }));
    expect([0, 999, 1_000].map((nowMs) => policy.next(nowMs))).toEqual([10, undefined, 10]);
  });

  it('refuse options that are not as they must be', () => {
    expect(() => resolveRestartOptions({ limit: 0 })).toThrow(
      'onCrash.limit must be a whole number, 1 or more',
    );
    expect(() => resolveRestartOptions({ tries: 3 } as never)).toThrow('tries is not an option');
  });
});
