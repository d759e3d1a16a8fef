import type { Clock } from '../ports/clock.js';

/** An instant on the lifecycle's monotonic clock by which something must be over. It may be brought forward. */
export interface Deadline {
  /** The instant, in milliseconds of `clock.now()` (`performance.now()` unless another clock was given). */
  readonly atMs: number;
  /** Milliseconds left; 0 when it has passed. */
  remainingMs(): number;
}

/** A deadline at an instant of `clock`; `atMs` is asked each time, so that the instant can be brought forward. */
export function createDeadline(clock: Clock, atMs: () => number): Deadline {
  return {
    get atMs() {
      return atMs();
    },
    remainingMs: () => Math.max(0, atMs() - clock.now()),
  };
}
