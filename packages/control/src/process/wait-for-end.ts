import { type Clock, systemClock } from '@quiesce/core';
import { isRunning, type ProcessIdentity } from './process-identity.js';

/** Options of {@link waitForProcessEnd}. All optional. */
export interface WaitForEndOptions {
  /** How long to wait, in milliseconds. @default for ever */
  readonly timeoutMs?: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/** How often a process is looked at, in milliseconds: often at first, since most end at once. */
const firstLookMs = 2;
const longestLookMs = 50;

/**
 * Waits until a process has ended; says whether it has. It need not be a child, so that the system tells nobody: it is
 * looked at again and again.
 */
export function waitForProcessEnd(
  identity: ProcessIdentity,
  { timeoutMs = Number.POSITIVE_INFINITY, signal, clock = systemClock }: WaitForEndOptions = {},
): Promise<boolean> {
  const giveUpMs = clock.now() + timeoutMs;
  return new Promise((resolve) => {
    const look = (afterMs: number): void => {
      if (!isRunning(identity)) {
        resolve(true);
        return;
      }
      const leftMs = giveUpMs - clock.now();
      if (leftMs <= 0 || signal?.aborted === true) {
        resolve(false);
        return;
      }
      clock.setTimer(() => look(Math.min(afterMs * 2, longestLookMs)), Math.min(afterMs, leftMs));
    };
    look(firstLookMs);
  });
}
