import type { Clock } from '@quiesce/core';
import type { Rate } from '../options/limits.js';

/** Lets `burst` through at once, then `perSecond`. */
export interface TokenBucket {
  /** Takes one; 0 when it was there, else the milliseconds until one will be. */
  take(): number;
}

/** Creates a full bucket. */
export function createTokenBucket(clock: Clock, { perSecond, burst }: Rate): TokenBucket {
  const perMs = perSecond / 1_000;
  let level = burst;
  let filledMs = clock.now();
  return {
    take() {
      const nowMs = clock.now();
      level = Math.min(burst, level + (nowMs - filledMs) * perMs);
      filledMs = nowMs;
      if (level < 1) return (1 - level) / perMs;
      level -= 1;
      return 0;
    },
  };
}

/** A bucket for each key. */
export interface KeyedBuckets {
  take(key: string): number;
}

/**
 * Creates buckets that come up with their key. When there are too many, the one that has been there longest goes:
 * memory stays bounded, and whoever comes under many keys is caught by the bucket that all share.
 */
export function createKeyedBuckets(clock: Clock, rate: Rate, mostKeys: number): KeyedBuckets {
  const buckets = new Map<string, TokenBucket>();
  return {
    take(key) {
      let bucket = buckets.get(key);
      if (bucket === undefined) {
        if (buckets.size >= mostKeys) {
          const [oldest] = buckets.keys();
          if (oldest !== undefined) buckets.delete(oldest);
        }
        bucket = createTokenBucket(clock, rate);
        buckets.set(key, bucket);
      }
      return bucket.take();
    },
  };
}
