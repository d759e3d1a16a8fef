import type { ComponentNode } from '../components/component-node.js';
import type { Phase } from '../contract/phases.js';

/**
 * Hears of what a stop does at the very moment, from inside it. The watchdog listens here: it has to know what went
 * on last when the event loop never comes back.
 */
export interface StopObserver {
  /** The deadline was set, or brought forward, to this instant of the clock. */
  deadlineSet(atMs: number): void;
  phaseBegun(phase: Phase, budgetMs: number): void;
  hookCalled(node: ComponentNode, phase: Phase): void;
  /** The call itself is over; what it promised may not be. */
  hookReturned(): void;
  /** The hook's own code is over, which may be long after the stop has gone on without it. */
  hookEnded(node: ComponentNode, phase: Phase): void;
}

/** Hears nothing. */
export const noObserver: StopObserver = {
  deadlineSet: () => {},
  phaseBegun: () => {},
  hookCalled: () => {},
  hookReturned: () => {},
  hookEnded: () => {},
};
