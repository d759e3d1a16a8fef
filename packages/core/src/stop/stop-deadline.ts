import { createDeadline, type Deadline } from '../contract/deadline.js';
import type { Clock, Timer } from '../ports/clock.js';

/** The one deadline of a stop; it can only be brought forward. */
export interface StopDeadline extends Deadline {
  /** Brings it to `atMs` of the clock if that is earlier; says whether it was. */
  bringForward(atMs: number): boolean;
  /** It does not matter any more. */
  cancel(): void;
}

/** Creates a deadline at `initialMs` of the clock; `passed` is called when it is reached, `set` whenever it is set. */
export function createStopDeadline(
  clock: Clock,
  initialMs: number,
  on: { set(atMs: number): void; passed(): void },
): StopDeadline {
  let atMs = initialMs;
  let timer: Timer;
  const arm = (): void => {
    timer = clock.setTimer(() => on.passed(), atMs - clock.now());
    on.set(atMs);
  };
  arm();
  const deadline = createDeadline(clock, () => atMs);
  return {
    get atMs() {
      return atMs;
    },
    remainingMs: () => deadline.remainingMs(),
    bringForward(earlierMs) {
      if (earlierMs >= atMs) return false;
      atMs = earlierMs;
      timer.cancel();
      arm();
      return true;
    },
    cancel: () => timer.cancel(),
  };
}
