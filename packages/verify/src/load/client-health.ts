import { performance } from 'node:perf_hooks';
import type { LatencySummary } from '../account/histogram.js';
import type { ClientHealth } from './assignment.js';

/** Watches how busy this process is, from now until it is read. */
export function watchClientHealth(): (lateness: readonly LatencySummary[]) => ClientHealth {
  const before = performance.eventLoopUtilization();
  return (lateness) => ({
    utilization: performance.eventLoopUtilization(before).utilization,
    latenessP99Ms: Math.max(0, ...lateness.map(({ p99 }) => p99)),
    latenessMaxMs: Math.max(0, ...lateness.map(({ max }) => max)),
    // In kilobytes on every platform: libuv converts.
    peakMemoryBytes: process.resourceUsage().maxRSS * 1_024,
  });
}
