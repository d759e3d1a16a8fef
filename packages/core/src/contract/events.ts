import type { Progress } from './component.js';
import type { StopMode } from './modes.js';
import type { Phase } from './phases.js';
import type {
  Climb,
  HookOutcome,
  PartStepReport,
  PhaseOutcome,
  ReportedError,
  ReportedNote,
  ShutdownReport,
} from './report.js';
import type { LifecycleState } from './status.js';

/**
 * What a stop signal did. `joined`: a stop that something else had asked for was running. `same-press`: it came
 * with the one before it, as process groups deliver them.
 */
export type SignalEffect = 'stop' | 'joined' | 'climb' | 'same-press' | 'ignored';

/** Everything a lifecycle tells, by type. */
export interface LifecycleEventMap {
  readonly state: { readonly state: LifecycleState };
  readonly component: {
    readonly component: string;
    readonly state: 'starting' | 'started' | 'failed';
    readonly error?: ReportedError;
  };
  readonly stop: { readonly mode: StopMode; readonly reason: string; readonly timeoutMs: number };
  readonly 'phase-start': { readonly phase: Phase; readonly budgetMs: number };
  readonly 'phase-end': {
    readonly phase: Phase;
    readonly outcome: PhaseOutcome;
    readonly durationMs: number;
  };
  readonly 'hook-start': { readonly component: string; readonly phase: Phase; readonly budgetMs: number };
  readonly 'hook-end': {
    readonly component: string;
    readonly phase: Phase;
    readonly outcome: HookOutcome;
    readonly durationMs: number;
    readonly error?: ReportedError;
  };
  /** A step of a part of a component is over, such as a shard's. */
  readonly 'part-step': { readonly component: string; readonly part: string } & PartStepReport;
  readonly progress: { readonly component: string; readonly phase: Phase } & Progress;
  readonly climb: Climb;
  readonly signal: { readonly signal: NodeJS.Signals; readonly effect: SignalEffect };
  readonly note: ReportedNote;
  readonly report: { readonly report: ShutdownReport };
}

/** The name of an event. */
export type LifecycleEventType = keyof LifecycleEventMap;

/** One event: its type, when it was (milliseconds of the lifecycle's monotonic clock), and what it tells. */
export type LifecycleEvent<Type extends LifecycleEventType = LifecycleEventType> = {
  readonly [Each in Type]: { readonly type: Each; readonly atMs: number } & LifecycleEventMap[Each];
}[Type];

/** Takes one event. A listener that throws is logged and stops nobody. */
export type LifecycleListener<Type extends LifecycleEventType> = (event: LifecycleEvent<Type>) => void;
