import type { StopStep } from './coordinator.js';
import type { StopMode } from './modes.js';
import type { Phase } from './phases.js';
import type { Tier } from './tier.js';

/**
 * How a stop went. `clean`: no hook was aborted, late or failed, and no work was cut. `incomplete`: something was.
 * `forced`: the last rung was needed. `failed`: the service never started, or crashed.
 */
export type StopOutcome = 'clean' | 'incomplete' | 'forced' | 'failed';

/** How one hook went. `late`: its time was over. `aborted`: its phase was cut by a stronger mode. */
export type HookOutcome = 'done' | 'failed' | 'late' | 'aborted';

/** How one phase went. `skipped`: the mode has no such phase. `cut`: a stronger mode ended it. `late`: its time was over. */
export type PhaseOutcome = 'done' | 'failed' | 'late' | 'cut' | 'skipped';

/** An error as plain data. */
export interface ReportedError {
  readonly name: string;
  readonly message: string;
  /** The error's own `code`, if it has one. */
  readonly code?: string;
}

/** One phase of the stop. */
export interface PhaseReport {
  readonly name: Phase;
  readonly durationMs: number;
  /** The time the phase had when it began. */
  readonly budgetMs: number;
  readonly outcome: PhaseOutcome;
}

/** One hook of one component. */
export interface HookReport {
  readonly phase: Phase;
  readonly durationMs: number;
  readonly outcome: HookOutcome;
  readonly error?: ReportedError;
  /** What the component had in flight when the hook ended. */
  readonly pendingAtEnd?: number;
}

/**
 * How one step of a part's stop went, as its owner saw it. `late`: not over when its time was. `lost`: the part was
 * gone before it was over.
 */
export interface PartStepReport {
  readonly step: StopStep;
  /** From the permit to the acknowledgement, in milliseconds on the owner's clock. */
  readonly durationMs: number;
  readonly outcome: PhaseOutcome | 'lost';
}

/** A part of a component that has a stop of its own, such as a shard. */
export interface PartReport {
  readonly name: string;
  /** `lost`: it was gone before it had told how its stop went. */
  readonly outcome: StopOutcome | 'lost';
  readonly steps: readonly PartStepReport[];
  /** What was wrong with it, in words for a person. */
  readonly problems: readonly string[];
  /** What it said itself. */
  readonly report?: ShutdownReport;
}

/** What a component says of itself: data that JSON can hold. */
export type ComponentDetails = Readonly<Record<string, unknown>>;

/** One component that was started. */
export interface ComponentReport {
  readonly name: string;
  readonly tier: Tier;
  readonly phases: readonly HookReport[];
  /** The parts it is made of, if they have stops of their own. */
  readonly parts?: readonly PartReport[];
  /** What only the component knows of itself, such as the exit code of a process that it supervises. */
  readonly details?: ComponentDetails;
}

/** One piece of work that was in flight and had to be cut. */
export interface CutWork {
  /** What it was, as an operator would recognise it, such as `GET /orders/17`. */
  readonly name: string;
  /** How long it had been going on, in milliseconds. */
  readonly ageMs: number;
}

/** A piece of work that was cut, and whose it was. */
export interface ReportedCutWork extends CutWork {
  readonly component: string;
}

/** What became of the work in flight. */
export interface WorkReport {
  readonly inFlightAtStart: number;
  readonly completed: number;
  readonly cut: number;
  /** The first 100 pieces that were cut, one by one. */
  readonly cutWork: readonly ReportedCutWork[];
}

/** Something worth knowing about a stop that is neither an error nor an outcome. */
export interface StopNote {
  /** A stable name in kebab-case, such as `late-connections`. */
  readonly code: string;
  /** One sentence for a person. */
  readonly message: string;
  /** The figure behind the note, if it has one. */
  readonly count?: number;
}

/** A note, and which component made it; the lifecycle's own notes have none. */
export interface ReportedNote extends StopNote {
  readonly component?: string;
}

/** A change of mode during the stop. */
export interface Climb {
  readonly from: StopMode;
  readonly to: StopMode;
  /** `signal:SIGTERM`, `drain-end`, `deadline`, or the reason that came with a request. */
  readonly cause: string;
  /** Milliseconds since the stop was asked for. */
  readonly atMs: number;
}

/** The exit code and the rule that gave it. */
export interface ExitReport {
  readonly code: number;
  /** Such as `clean stop, policy "0"`. */
  readonly rule: string;
}

/** What happened during a stop, as plain data. Its JSON Schema is `@quiesce/core/schema/report.schema.json`. */
export interface ShutdownReport {
  readonly schema: 'quiesce.report/1';
  readonly service: string;
  readonly instance: string;
  readonly pid: number;
  readonly host: string;
  readonly mode: {
    readonly requested: StopMode;
    readonly reached: StopMode;
    readonly climbs: readonly Climb[];
  };
  readonly reason: string;
  /** When the stop was asked for, ISO 8601 in UTC, by the wall clock. */
  readonly startedAt: string;
  /** From the request to the report, on the monotonic clock. */
  readonly durationMs: number;
  /** The time the stop was given. */
  readonly timeoutMs: number;
  readonly outcome: StopOutcome;
  readonly exit: ExitReport;
  readonly phases: readonly PhaseReport[];
  readonly components: readonly ComponentReport[];
  readonly work: WorkReport;
  readonly notes: readonly ReportedNote[];
  /** What made the service fail; set when the outcome is `failed`. */
  readonly error?: ReportedError;
  /** `killed` when the stop before this one never came to its end; see `stateFile`. */
  readonly previousStop?: 'killed';
}
