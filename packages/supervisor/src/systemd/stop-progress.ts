import type { Clock, LifecycleEventType, Stoppable } from '@quiesce/core';

/** When a stop last got on. */
export interface StopProgress {
  /** The instant of the last progress, in milliseconds of the clock. */
  lastMs(): number;
  close(): void;
}

/** Each of these is a step that the stop has taken. */
const steps: readonly LifecycleEventType[] = ['phase-end', 'hook-end', 'part-step', 'progress', 'climb'];

/**
 * Watches a stop from now on: whether it takes steps, and whether work in flight gets less. New work that comes in
 * while it is still served hides that some has ended; so only a count that is lower than ever in this phase is progress.
 */
export function watchStopProgress(stoppable: Stoppable, clock: Clock): StopProgress {
  let lastMs = clock.now();
  let lowest = stoppable.status().inFlight;
  const moved = (): void => {
    lastMs = clock.now();
  };
  const offs = steps.map((type) => stoppable.on(type, moved));
  const offPhase = stoppable.on('phase-start', () => {
    lowest = stoppable.status().inFlight;
    moved();
  });
  return {
    lastMs() {
      const { inFlight, stop } = stoppable.status();
      // In `announce` it waits on purpose, with readiness red and everything still served.
      if (inFlight < lowest || stop?.phase === 'announce') moved();
      lowest = Math.min(lowest, inFlight);
      return lastMs;
    },
    close() {
      for (const off of [...offs, offPhase]) off();
    },
  };
}
