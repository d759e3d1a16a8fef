import { createManualClock } from '@quiesce/core/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyedBuckets, createTokenBucket } from '../../src/security/rate-limit.js';

describe('a token bucket', () => {
  it('lets a burst through, then says how long until the next one', async () => {
    const clock = createManualClock();
    const bucket = createTokenBucket(clock, { perSecond: 10, burst: 3 });
    expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 0]);
    expect(bucket.take()).toBe(100);
    await clock.advance(60);
    expect(bucket.take()).toBeCloseTo(40);
    await clock.advance(40);
    expect(bucket.take()).toBe(0);
    expect(bucket.take()).toBeCloseTo(100);
  });

  it('fills up to its burst and no further', async () => {
    const clock = createManualClock();
    const bucket = createTokenBucket(clock, { perSecond: 10, burst: 2 });
    bucket.take();
    await clock.advance(60_000);
    expect([bucket.take(), bucket.take(), bucket.take() > 0]).toEqual([0, 0, true]);
  });

  it('never lets more through than its burst and its rate, however they come', async () => {
    const waits = fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(waits, fc.integer({ min: 1, max: 20 }), async (gaps, burst) => {
        const clock = createManualClock();
        const bucket = createTokenBucket(clock, { perSecond: 5, burst });
        let passed = 0;
        for (const gap of gaps) {
          await clock.advance(gap);
          for (let each = 0; each < 4; each += 1) if (bucket.take() === 0) passed += 1;
        }
        expect(passed).toBeLessThanOrEqual(burst + (clock.now() / 1_000) * 5 + 1e-6);
      }),
      { numRuns: 30 },
    );
  });
});

describe('buckets by key', () => {
  it('keep callers apart', () => {
    const buckets = createKeyedBuckets(createManualClock(), { perSecond: 1, burst: 1 }, 10);
    expect(buckets.take('a')).toBe(0);
    expect(buckets.take('a')).toBeGreaterThan(0);
    expect(buckets.take('b')).toBe(0);
  });

  it('forget the oldest when there are too many', () => {
    const buckets = createKeyedBuckets(createManualClock(), { perSecond: 1, burst: 1 }, 2);
    for (const key of ['a', 'b', 'c']) buckets.take(key);
    expect(buckets.take('c')).toBeGreaterThan(0);
    expect(buckets.take('a')).toBe(0);
  });
});
