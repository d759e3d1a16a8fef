import type { Clock } from '@quiesce/core';

/** Calls `action` every `intervalMs` until the returned function is called. */
export function every(clock: Clock, intervalMs: number, action: () => void): () => void {
  let timer = clock.setTimer(tick, intervalMs);
  function tick(): void {
    timer = clock.setTimer(tick, intervalMs);
    action();
  }
  return () => timer.cancel();
}
