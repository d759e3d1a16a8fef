import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { GeneratorHealth } from './request-record.js';

const RESOLUTION_MS = 5;
const NANOSECONDS_PER_MS = 1e6;
const BUSY_CPU_SHARE = 0.85;
const BUSY_LOOP_DELAY_MS = 50;

/** Starts to watch this process; the returned function ends that and tells. */
export function watchGenerator(): () => GeneratorHealth {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const startedAt = performance.now();
  const startedCpu = process.cpuUsage();
  // The histogram holds whole intervals between two turns of its timer, so the timer's own interval is taken off.
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / NANOSECONDS_PER_MS - RESOLUTION_MS);
  return () => {
    delay.disable();
    const { user, system } = process.cpuUsage(startedCpu);
    return {
      cpuShare: (user + system) / 1_000 / (performance.now() - startedAt),
      loopDelayP99Ms: late(delay.percentile(99)),
      loopDelayMaxMs: late(delay.max),
    };
  };
}

/** Whether the generator may itself have been the bottleneck. */
export function wasBottleneck(health: GeneratorHealth): boolean {
  return health.cpuShare > BUSY_CPU_SHARE || health.loopDelayP99Ms > BUSY_LOOP_DELAY_MS;
}
