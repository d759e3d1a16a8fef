import type { StopMode } from './modes.js';
import type { Phase } from './phases.js';
import type { Tier } from './tier.js';

/** `idle` until `start()`; `stopped` for ever once the report is there. */
export type LifecycleState = 'idle' | 'starting' | 'running' | 'stopping' | 'stopped';

/** `skipped`: added too late to be started. */
export type ComponentState = 'idle' | 'starting' | 'started' | 'failed' | 'skipped' | 'stopping' | 'stopped';

/** One component as it is now. */
export interface ComponentStatus {
  readonly name: string;
  readonly tier: Tier;
  readonly state: ComponentState;
  /** What it has in flight, when it can tell. */
  readonly pending?: number;
}

/** The stop that is running, or has run. */
export interface StopStatus {
  readonly mode: StopMode;
  readonly reason: string;
  readonly phase: Phase;
  /** Milliseconds left of the whole stop. */
  readonly remainingMs: number;
}

/** A lifecycle at one moment, as plain data. */
export interface LifecycleStatus {
  readonly name: string;
  readonly instance: string;
  readonly pid: number;
  readonly state: LifecycleState;
  /** Whether new work should be sent here: `running` and nothing else. */
  readonly ready: boolean;
  /** Work tokens not yet given back, and what the components have pending. */
  readonly inFlight: number;
  readonly components: readonly ComponentStatus[];
  readonly stop?: StopStatus;
  /** `killed` when the stop before this start never came to its end; see `stateFile`. */
  readonly previousStop?: 'killed';
}
