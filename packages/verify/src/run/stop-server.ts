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
/** What blocks a signal for longer than this, does so on purpose. */
const takenWithinMs = 1_000;

/** Sends the planned signals at their times, counted from when the first was taken, and waits for the end until the deadline. */
export async function stopServer(
  server: ServerProcess,
  { signals, graceMs, toGroup }: StopPlan,
  { deadlineMs, interrupt }: ResolvedVerifyOptions,
): Promise<Stopped> {
  const delivered: { signal: string; atMs: number }[] = [];
  const signalledAtNs = process.hrtime.bigint();
  let begun = performance.now();
  for (const [index, { signal, afterMs }] of signals.entries()) {
    const waitMs = begun + afterMs - performance.now();
    if (waitMs > spinMs && (await exitWithin(server, waitMs, interrupt)) !== undefined) break;
    // A timer may come many milliseconds late on a busy machine.
    while (performance.now() < begun + afterMs);
    // Taken before: the receiver may get this processor at once, and we only go on when it pauses.
    const atMs = performance.now() - begun;
    if (!server.signal(signal, toGroup)) break;
    delivered.push({ signal, atMs });
    // On a busy machine the process may not have had its turn when the same signal comes again: there would be one only.
    if (index === 0 && signals.length > 1) begun = waitUntilTaken(server, signal, begun);
  }
  const exit = await waitForExit(
    server,
    Math.max(1, (graceMs ?? deadlineMs) - (performance.now() - begun)),
    interrupt,
  );
  return { ...exit, signalledAtNs, signals: delivered };
}

/** Gives back when that was: `sentMs` itself, for a process that takes it at once. */
function waitUntilTaken(server: ServerProcess, signal: NodeJS.Signals, sentMs: number): number {
  const nap = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let takenMs = sentMs;
  while (server.isPending(signal) && takenMs - sentMs < takenWithinMs) {
    // Not a spin: the process may be waiting for this very processor.
    Atomics.wait(nap, 0, 0, 0.2);
    takenMs = performance.now();
  }
  return takenMs;
}
