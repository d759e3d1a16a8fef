import type { Clock, Timer } from '../../ports/clock.js';

/** A clock that is cheap to read twice for every request. */
export interface CoarseClock {
  /** The time, at most {@link coarseClockResolutionMs} (and what the event loop is late by) ago. */
  readonly now: () => number;
  /** Gives its timer back. */
  stop(): void;
}

/** How old the time of a coarse clock may be, in milliseconds. It is a whole number, never later than the true one. */
export const coarseClockResolutionMs = 5;

/**
 * Reads `clock` once and keeps the time for a while, as Node.js does for the `Date` header: a reading costs more than
 * all the rest that is done for a request. Without traffic there is no timer.
 */
export function createCoarseClock(clock: Clock): CoarseClock {
  let keptMs: number | undefined;
  let timer: Timer | undefined;

  const forget = (): void => {
    keptMs = undefined;
  };
  const read = (): number => {
    keptMs = Math.floor(clock.now()); // a whole number takes no memory of its own where it is kept
    timer = clock.setTimer(forget, coarseClockResolutionMs);
    return keptMs;
  };
  return {
    now: () => keptMs ?? read(),
    stop() {
      timer?.cancel();
      forget();
    },
  };
}
