import { performance } from 'node:perf_hooks';
import type { ResolvedVerifyOptions } from '../options/resolve-verify-options.js';
import type { StopPlan } from '../plan/scenarios.js';
import type { ServerProcess } from '../server/server-process.js';
import { type AwaitedExit, exitWithin, waitForExit } from './wait-for-exit.js';

/** How a stop went. Instants of `process.hrtime.bigint()`. */
export interface Stopped extends AwaitedExit {
  readonly signalledAtNs: bigint;
  /** The signals that were delivered; later ones of the plan are left out when the process had ended by then. */
  readonly signals: readonly { readonly signal: string; readonly atMs: number }[];
  /** Of a server that is not ours: until when it was looked at. */
  readonly watchedUntilNs?: bigint;
}

/** Waits shorter than this are spent waiting, and not by a timer. */
const spinMs = 6;

/** Sends the planned signals at their times, and waits for the end until the deadline. */
export async function stopServer(
  server: ServerProcess,
  { signals, graceMs, toGroup }: StopPlan,
  { deadlineMs, interrupt }: ResolvedVerifyOptions,
): Promise<Stopped> {
  const delivered: { signal: string; atMs: number }[] = [];
  const signalledAtNs = process.hrtime.bigint();
  const begun = performance.now();
  for (const { signal, afterMs } of signals) {
    const waitMs = begun + afterMs - performance.now();
    if (waitMs > spinMs && (await exitWithin(server, waitMs, interrupt)) !== undefined) break;
    // A timer may come many milliseconds late on a busy machine.
    while (performance.now() < begun + afterMs);
    // Taken before: the receiver may get this processor at once, and we only go on when it pauses.
    const atMs = performance.now() - begun;
    if (!server.signal(signal, toGroup)) break;
    delivered.push({ signal, atMs });
  }
  const exit = await waitForExit(
    server,
    Math.max(1, (graceMs ?? deadlineMs) - (performance.now() - begun)),
    interrupt,
  );
  return { ...exit, signalledAtNs, signals: delivered };
}
