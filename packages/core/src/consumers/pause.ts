import type { Clock, Timer } from '../ports/clock.js';
import { unlessAborted } from './unless-aborted.js';

/** Resolves after so many milliseconds, or when `signal` aborts. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  await within(clock, ms, (over) => unlessAborted(signal, over));
}

/** Resolves when `promise` has settled, or after so many milliseconds. */
export async function atMost(clock: Clock, ms: number, promise: Promise<unknown>): Promise<void> {
  await within(clock, ms, (over) => Promise.race([over, promise]));
}

async function within(
  clock: Clock,
  ms: number,
  wait: (over: Promise<void>) => Promise<unknown>,
): Promise<void> {
  let timer: Timer | undefined;
  const over = new Promise<void>((resolve) => {
    timer = clock.setTimer(resolve, ms);
  });
  try {
    await wait(over);
  } finally {
    timer?.cancel();
  }
}
