import type { Clock, Timer } from '../ports/clock.js';

/** Resolves after so many milliseconds, or when `unless` has settled. */
export async function pause(clock: Clock, ms: number, unless: Promise<unknown>): Promise<void> {
  let timer: Timer | undefined;
  const over = new Promise<void>((resolve) => {
    timer = clock.setTimer(resolve, ms);
  });
  await Promise.race([over, unless]);
  timer?.cancel();
}
