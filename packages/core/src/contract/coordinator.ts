import type { Phase } from './phases.js';
import type { PhaseOutcome } from './report.js';

/**
 * A step of a stop that somebody outside may hold back: a phase, or the moment in which all work in flight is cut
 * because there is no drain to wait for.
 */
export type StopStep = Exclude<Phase, 'exit'> | 'cut';

/** Lets a step begin. */
export interface StepPermit {
  /** The latest end of the step, in milliseconds of the lifecycle's clock. @default what the lifecycle itself allows */
  readonly endMs?: number;
}

/** The work tokens of a lifecycle, for whoever must know when several lifecycles are empty *together*. */
export interface WorkMeter {
  /** How many tokens are out. */
  readonly open: number;
  /** How many were ever taken: as long as it has not changed, an empty lifecycle was empty all the time. */
  readonly entered: number;
  /** Calls `listener` whenever the last open token comes back, until the returned function is called. */
  onEmpty(listener: () => void): () => void;
}

/**
 * Decides from outside when the steps of a lifecycle's stop may begin, so that several lifecycles can stop in step.
 *
 * A stop waits for a permit no longer than it must: when it climbs past the phase, or when its deadline is reached,
 * it goes on without. A promise that rejects lets the step begin.
 */
export interface StopCoordinator {
  /** Called when everything before `step` is over. */
  mayBegin(step: StopStep): Promise<StepPermit | undefined>;
  /** The step is over. */
  ended(step: StopStep, outcome: PhaseOutcome): void;
  /** All drain hooks have settled. The drain ends once this has resolved and nothing is in flight. */
  mayEndDrain(work: WorkMeter): Promise<void>;
}
