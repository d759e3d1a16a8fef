import type { StopStep } from '../contract/coordinator.js';

/** How long a step may take on both sides, in milliseconds from now. */
export interface StepTimes {
  /** By then a shard has to be done with it by itself. */
  readonly permitMs: number;
  /** By then its acknowledgement must be here; who is still missing is given up. */
  readonly giveUpMs: number;
}

/**
 * What is kept back for the acknowledgement, and for ending who gave none: a share of the time, and at most so many
 * milliseconds. In `release` the shard's report and the end of its thread or process come on top.
 */
const keptBack = { share: 0.2, mostMs: 500 } as const;
const keptBackInRelease = { share: 0.4, mostMs: 1_000 } as const;

/** Cutting is done at once by whoever hears of it; `persist` needs the time more than those that do not. */
const cutting = { share: 0.2, mostMs: 1_000 } as const;

/** Divides the time that the parent's hook has for a step. */
export function divideStepTime(step: StopStep, remainingMs: number): StepTimes {
  if (step === 'cut') {
    const cutMs = Math.min(cutting.mostMs, remainingMs * cutting.share);
    return { permitMs: cutMs, giveUpMs: cutMs };
  }
  const { share, mostMs } = step === 'release' ? keptBackInRelease : keptBack;
  const keptMs = Math.min(mostMs, remainingMs * share);
  return { permitMs: remainingMs - keptMs, giveUpMs: remainingMs - keptMs / 2 };
}
