import type { Clock } from '../ports/clock.js';

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /**
   * Moves time forward and fires the timers that fall due, each at its own instant and in order; pending promises
   * are settled in between, so that what one timer starts can set the next.
   */
  advance(byMs: number): Promise<void>;
  /** Settles pending promises without moving time. */
  settle(): Promise<void>;
  /** How many timers are set. */
  readonly timers: number;
}

interface PendingTimer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Creates a clock at 0 whose wall time starts at `wallTimeMs` (milliseconds since the epoch). */
export function createManualClock(wallTimeMs: number = Date.UTC(2030, 0, 1)): ManualClock {
  let nowMs = 0;
  const pending = new Set<PendingTimer>();

  const nextDue = (untilMs: number): PendingTimer | undefined => {
    let earliest: PendingTimer | undefined;
    for (const timer of pending) {
      if (timer.atMs <= untilMs && (earliest === undefined || timer.atMs < earliest.atMs)) earliest = timer;
    }
    return earliest;
  };

  return {
    now: () => nowMs,
    wallTime: () => wallTimeMs + nowMs,
    setTimer(callback, delayMs) {
      const timer = { atMs: nowMs + Math.max(0, delayMs), callback };
      pending.add(timer);
      return { cancel: () => pending.delete(timer) };
    },
    async advance(byMs) {
      const untilMs = nowMs + byMs;
      await settlePromises();
      for (let due = nextDue(untilMs); due !== undefined; due = nextDue(untilMs)) {
        nowMs = Math.max(nowMs, due.atMs);
        pending.delete(due);
        due.callback();
        await settlePromises();
      }
      nowMs = untilMs;
    },
    settle: settlePromises,
    get timers() {
      return pending.size;
    },
  };
}

/** A turn of the event loop runs every promise callback that is ready, and those they make ready. */
function settlePromises(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
