import type { RequestRecord } from './request-record.js';
import { isLoad } from './streams.js';

/** Latencies of answered load requests, in milliseconds, from the moment the plan wanted them sent. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface Latencies {
  readonly before: LatencySummary;
  readonly after: LatencySummary;
}

/** Buckets that grow by 2 per cent each: constant memory, and a quantile is right to that much. */
const growth = Math.log(1.02);
const buckets = 1_200;

export function createLatencies(signalUs: number): {
  take(record: RequestRecord): void;
  result(): Latencies;
} {
  const before = createHistogram();
  const after = createHistogram();
  return {
    take(record) {
      if (record.verdict !== 'answered' || !isLoad(record.stream)) return;
      const tookUs = record.endedUs - Math.min(record.intendedUs, record.begunUs);
      (record.endedUs < signalUs ? before : after).take(tookUs);
    },
    result: () => ({ before: before.summary(), after: after.summary() }),
  };
}

function createHistogram(): { take(us: number): void; summary(): LatencySummary } {
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
