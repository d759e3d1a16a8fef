import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildRegistry } from '../processes/child-registry.js';
import { startProducers } from './clients/batch-client.js';
import type { System } from './systems.js';

/** One run of one system. */
export interface ThroughputRun {
  readonly title: string;
  readonly batchesPerSecond: number;
  /** How long each batch took until all of it was acknowledged, in milliseconds. */
  readonly durations: readonly number[];
}

const WARM_UP_MS = 1_000;

/** Starts a system, puts load on it, and counts what was acknowledged. */
export async function runThroughput(
  children: ChildRegistry,
  system: System,
  program: string,
  plan: { readonly producers: number; readonly seconds: number },
): Promise<ThroughputRun> {
  const directory = mkdtempSync(join(tmpdir(), 'quiesce-throughput-'));
  const running = await system.start(children, directory, program);
  try {
    const warmUp = startProducers(running.port, plan.producers, running.protocolOf);
    await sleep(WARM_UP_MS);
    await warmUp.finish();
    const begun = performance.now();
    const producers = startProducers(running.port, plan.producers, running.protocolOf);
    await sleep(plan.seconds * 1_000);
    const durations = await producers.finish();
    const seconds = (performance.now() - begun) / 1_000;
    return { title: system.title, batchesPerSecond: durations.length / seconds, durations };
  } finally {
    await running.process.end();
    rmSync(directory, { recursive: true, force: true });
  }
}
