import { performance } from 'node:perf_hooks';
import type { ClientHealth } from './assignment.js';

/** Watches how busy this process is, from now until it is read. */
export function watchClientHealth(): (latenessMs: readonly number[]) => ClientHealth {
  const before = performance.eventLoopUtilization();
  return (latenessMs) => {
    const sorted = latenessMs.toSorted((a, b) => a - b);
    return {
      utilization: performance.eventLoopUtilization(before).utilization,
      latenessP99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
      latenessMaxMs: sorted.at(-1) ?? 0,
    };
  };
}
