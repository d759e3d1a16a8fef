import type { StopCoordinator, StopStep } from '../contract/coordinator.js';

/** Holds back each step of a stop until its coordinator lets it begin; holds nothing back without a coordinator. */
export interface StepGate {
  /** The latest end that the last permit allows, in milliseconds of the clock. */
  readonly endMs: number;
  /** Resolves with the permit, or when `goOn` is called. */
  pass(step: StopStep): Promise<void>;
  /** Ends the wait for a permit: there is a reason to go on without it. */
  goOn(): void;
}

/** Creates the gate; `failed` is told when the coordinator rejects, which lets the step begin. */
export function createStepGate(
  coordinator: StopCoordinator,
  failed: (step: StopStep, error: unknown) => void,
): StepGate {
  let endMs = Number.POSITIVE_INFINITY;
  let wake: (() => void) | undefined;
  return {
    get endMs() {
      return endMs;
    },
    pass(step) {
      endMs = Number.POSITIVE_INFINITY;
      return new Promise((resolve) => {
        wake = resolve;
        const isOver = (): boolean => wake !== resolve;
        coordinator.mayBegin(step).then(
          (permit) => {
            if (!isOver()) endMs = permit?.endMs ?? endMs;
            resolve();
          },
          (error: unknown) => {
            if (!isOver()) failed(step, error);
            resolve();
          },
        );
      });
    },
    goOn() {
      wake?.();
      wake = undefined;
    },
  };
}
