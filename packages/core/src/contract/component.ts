import type { Deadline } from './deadline.js';
import type { StopMode } from './modes.js';
import type { Phase } from './phases.js';
import type {
  ComponentDetails,
  CutWork,
  PartReport,
  PartStepReport,
  ShutdownReport,
  StopNote,
} from './report.js';
import type { Tier } from './tier.js';

/** What a component's `start` hook is given. */
export interface StartContext {
  /** Aborts when a stop is asked for while the component is still starting. */
  readonly signal: AbortSignal;
  /**
   * Says, at any time later, that the component has failed for good and the service cannot go on without it: a
   * graceful stop begins, whose outcome is `failed`.
   */
  fail(error: unknown): void;
}

/** The pacing of a `lame-duck` stop, for components that hold long-lived connections. */
export interface LameDuckPace {
  /** How long sending all clients away may take, in milliseconds, counted from the call of `refuse`. */
  readonly durationMs: number;
  /** How long to wait before the first client is sent away, in milliseconds. */
  readonly graceMs: number;
  /** Aborts when the pacing is over before its time, because a stronger mode was asked for. */
  readonly signal: AbortSignal;
}

/** What became of the work a component had in flight while the stop was running. */
export interface WorkAccount {
  /** How many pieces of work ended by themselves. @default 0 */
  readonly completed?: number;
  /** The pieces of work that were cut. @default [] */
  readonly cut?: readonly CutWork[];
}

/** How far a hook has come; shown to whoever watches the stop. */
export interface Progress {
  /** A few words for a person. */
  readonly message?: string;
  /** Units of work left. */
  readonly remaining?: number;
}

/** What every stop hook is given. */
export interface StopContext {
  readonly phase: Phase;
  /** The mode in force when the hook was called. */
  readonly mode: StopMode;
  /** Why the stop was asked for, such as `signal:SIGTERM`. */
  readonly reason: string;
  /** The instant by which this hook must be over; never later than `stopDeadline`. */
  readonly deadline: Deadline;
  /** The instant by which the whole stop must be over. */
  readonly stopDeadline: Deadline;
  /** Aborts when the hook is late or its phase is cut; its `reason` is a `HookAbortedError`. */
  readonly signal: AbortSignal;
  /**
   * Aborts when all work in flight has to be cut: after every component has refused, and before any persists. The
   * same signal for all hooks of a stop, so a listener added in `refuse` also hears of it when there is no drain.
   */
  readonly cut: AbortSignal;
  /** Set in the mode `lame-duck`. */
  readonly lameDuck?: LameDuckPace;
  /** Tells watchers (and a service manager) that the hook is getting on. */
  progress(detail: Progress): void;
  /** Adds to the report what became of work in flight; may be called any number of times. */
  account(work: WorkAccount): void;
  /** Tells watchers, and the log, that a part of the component is done with a step of its own stop. */
  partStep(part: string, step: PartStepReport): void;
  /** Adds to the report how a part of the component, which has a stop of its own, was stopped. */
  part(report: PartReport): void;
  /** Adds a note to the report. */
  note(note: StopNote): void;
  /**
   * Adds what only the component knows of itself, as plain data, to its entry in the report. A later value takes the
   * place of an earlier one of the same name.
   */
  detail(details: ComponentDetails): void;
}

/** A hook that one of the phases calls once per stop at most. */
export type StopHook = (stop: StopContext) => void | Promise<void>;

/**
 * A part of a service, with a hook for each phase that concerns it. A component without a `start` hook counts as
 * started from the moment it is added.
 */
export interface Component {
  /** Unique within a lifecycle; shown in logs and reports. */
  readonly name: string;
  start?(context: StartContext): void | Promise<void>;
  /** Readiness is red; everything is still served. */
  announce?(stop: StopContext): void | Promise<void>;
  /** No new connection, no new work; connected clients are told. */
  refuse?(stop: StopContext): void | Promise<void>;
  /** Settles when nothing is in flight any more. */
  drain?(stop: StopContext): void | Promise<void>;
  /** Writes and syncs what must outlive the process. */
  persist?(stop: StopContext): void | Promise<void>;
  /** Gives back connections, files, locks, leadership. */
  release?(stop: StopContext): void | Promise<void>;
  /** Sends the finished report away: telemetry, or the answer to whoever asked for the stop. */
  exit?(report: ShutdownReport, stop: StopContext): void | Promise<void>;
  /** Called on `force` only: synchronous, the last chance to give back an external lock. */
  abort?(): void;
  /** How many pieces of work are in flight now. */
  pending?(): number;
}

/** Options of {@link Lifecycle.add}. All optional. */
export interface AddOptions {
  /** The components this one needs: they start before it and stop after it. @default [] */
  readonly dependsOn?: readonly ComponentHandle[];
  /** @default 'standard' */
  readonly tier?: Tier;
  /** The longest that each of its stop hooks may take, in milliseconds. @default what the phase has */
  readonly budgetMs?: number;
}

/** A component's place in a lifecycle; what `dependsOn` takes. */
export interface ComponentHandle {
  readonly name: string;
  /**
   * Resolves when the component has started. Rejects with a `StartError` when its `start` failed, or when the
   * lifecycle stopped first. Never an unhandled rejection.
   */
  readonly started: Promise<void>;
}
