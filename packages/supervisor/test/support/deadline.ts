import type { Clock, Deadline } from '@quiesce/core';

/** A deadline this many milliseconds from now. */
export function createDeadline(clock: Clock, ms: number): Deadline {
  const atMs = clock.now() + ms;
  return { atMs, remainingMs: () => Math.max(0, atMs - clock.now()) };
}
