import type { Clock, Timer } from '../../ports/clock.js';

/** Looks at something now and then, as long as there is something to look at. Without, there is no timer. */
export interface Upkeep {
  /** There is something to look at. */
  wake(): void;
  stop(): void;
}

/** `look` is called every `everyMs` milliseconds, with the time, until it says that nothing is left. */
export function createUpkeep(clock: Clock, everyMs: number, look: (nowMs: number) => boolean): Upkeep {
  let timer: Timer | undefined;
  const lookNow = (): void => {
    timer = look(clock.now()) ? clock.setTimer(lookNow, everyMs) : undefined;
  };
  return {
    wake() {
      timer ??= clock.setTimer(lookNow, everyMs);
    },
    stop() {
      timer?.cancel();
      timer = undefined;
    },
  };
}
