import type { LameDuckPace } from '../contract/component.js';
import type { Clock } from '../ports/clock.js';
import { type Pace, startPace } from './pace.js';

/** With few clients, they still go at least one a second: as nats-server does. */
const longestGapMs = 1_000;

/**
 * The longest time between two clients that are sent away, in milliseconds. Source: `lameDuckMode()` in nats-server,
 * where each gap is random between half of this and the whole.
 */
export function resolveLameDuckGap(
  clients: number,
  pace: Pick<LameDuckPace, 'durationMs' | 'graceMs'>,
): number {
  const spreadMs = Math.max(0, pace.durationMs - pace.graceMs);
  return Math.min(longestGapMs, spreadMs / Math.max(1, clients));
}

/** What {@link startLameDuck} needs beside the clients. */
export interface LameDuckOptions<Client> {
  readonly clock: Clock;
  readonly pace: LameDuckPace;
  /** Between 0 and 1. */
  readonly random: () => number;
  /** Sends one client away. */
  readonly sendAway: (client: Client) => void;
  /** The pacing is over before its time: these have not been sent away. */
  readonly cutShort: (left: readonly Client[]) => void;
}

/** Sends clients away one by one. */
export function startLameDuck<Client>(
  clients: readonly Client[],
  options: LameDuckOptions<Client>,
): Pace<Client> {
  const { clock, pace, random, sendAway, cutShort } = options;
  const started = startPace(clients, {
    clock,
    firstAfterMs: pace.graceMs,
    gapMs: resolveLameDuckGap(clients.length, pace),
    random,
    visit: sendAway,
  });
  const onAbort = (): void => cutShort(started.cancel());
  if (pace.signal.aborted) onAbort();
  else pace.signal.addEventListener('abort', onAbort, { once: true });
  return started;
}
