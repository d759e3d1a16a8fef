/** A distribution of durations, in milliseconds. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Takes durations in microseconds, any number of them, in constant memory. */
export interface Histogram {
  take(us: number): void;
  summary(): LatencySummary;
}

/** Buckets that grow by 2 per cent each: a quantile is right to that much. */
const growth = Math.log(1.02);
const buckets = 1_200;

export function createHistogram(): Histogram {
  const counts = new Uint32Array(buckets);
  let count = 0;
  let max = 0;
  const quantile = (share: number): number => {
    let left = Math.ceil(count * share);
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      left -= counts[bucket] ?? 0;
      if (left <= 0) return Math.min(max, Math.exp(bucket * growth)) / 1_000;
    }
    return max / 1_000;
  };
  return {
    take(us) {
      const bucket = Math.min(buckets - 1, Math.max(0, Math.round(Math.log(Math.max(1, us)) / growth)));
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      count += 1;
      max = Math.max(max, us);
    },
    summary: () =>
      count === 0
        ? { count, p50: 0, p99: 0, max: 0 }
        : { count, p50: quantile(0.5), p99: quantile(0.99), max: max / 1_000 },
  };
}
