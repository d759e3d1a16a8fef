import { createHistogram, type LatencySummary } from './histogram.js';
import type { RequestRecord } from './request-record.js';
import { isLoad } from './streams.js';

/** Latencies of answered load requests, from the moment the plan wanted them sent. */
export interface Latencies {
  readonly before: LatencySummary;
  readonly after: LatencySummary;
}

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
