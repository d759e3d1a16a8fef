import type { StopMode } from './contract/modes.js';
import type { Phase } from './contract/phases.js';
import type { ShutdownReport } from './contract/report.js';

/** The stable codes of all errors of this package; each has a section in `docs/errors.md`. */
export type QuiesceErrorCode =
  | 'QUIESCE_OPTIONS'
  | 'QUIESCE_PLAN'
  | 'QUIESCE_START'
  | 'QUIESCE_READY_TIMEOUT'
  | 'QUIESCE_NOT_READY'
  | 'QUIESCE_HOOK_ABORTED'
  | 'QUIESCE_WORK_CUT'
  | 'QUIESCE_STOPPING'
  | 'QUIESCE_SHARDS'
  | 'QUIESCE_PARENT_GONE'
  | 'QUIESCE_COMMIT';

/** Marks our errors across copies of the package, where `instanceof` does not hold. */
const brand: unique symbol = Symbol.for('quiesce.error');

/** The base of all errors of this package. */
export abstract class QuiesceError extends Error {
  abstract readonly code: QuiesceErrorCode;
  static {
    Object.defineProperty(this.prototype, brand, { value: true });
  }
  override get name(): string {
    return this.constructor.name;
  }
}

/**
 * Whether a value is an error of this package, and of that code when one is given. Works across copies of the
 * package, where `instanceof` does not.
 */
export function isQuiesceError(error: unknown, code?: QuiesceErrorCode): error is QuiesceError {
  if (typeof error !== 'object' || error === null || !(brand in error)) return false;
  return code === undefined || Reflect.get(error, 'code') === code;
}

/** An option is not as it must be. Says which option, which rule, and which value came. */
export class OptionsError extends QuiesceError {
  readonly code = 'QUIESCE_OPTIONS';
  readonly option: string;
  constructor(option: string, rule: string, value: unknown) {
    super(`${option} ${rule}; got ${describe(value)}`);
    this.option = option;
  }
}

/** The times that were asked for cannot all fit into the time there is. */
export class PlanError extends QuiesceError {
  readonly code = 'QUIESCE_PLAN';
}

/** A component's `start` failed, or was not reached because the lifecycle stopped first. */
export class StartError extends QuiesceError {
  readonly code = 'QUIESCE_START';
  readonly component: string;
  /** The report of the stop that followed; absent when the component was added to a running lifecycle. */
  readonly report: ShutdownReport | undefined;
  constructor(
    component: string,
    message: string,
    options: { cause?: unknown; report?: ShutdownReport } = {},
  ) {
    super(`component "${component}" ${message}`, 'cause' in options ? { cause: options.cause } : {});
    this.component = component;
    this.report = options.report;
  }
}

/** `ready()` waited for as long as it was told to. */
export class ReadyTimeoutError extends QuiesceError {
  readonly code = 'QUIESCE_READY_TIMEOUT';
  /** The components that had not started. */
  readonly waitingFor: readonly string[];
  constructor(timeoutMs: number, waitingFor: readonly string[]) {
    super(
      `not ready after ${timeoutMs} ms; still starting: ${waitingFor.join(', ') || 'nothing was started'}`,
    );
    this.waitingFor = waitingFor;
  }
}

/** The lifecycle stopped, or failed to start, before it was ready. */
export class NotReadyError extends QuiesceError {
  readonly code = 'QUIESCE_NOT_READY';
}

/** The reason of a hook's `AbortSignal`: the hook was late, or its phase was cut. */
export class HookAbortedError extends QuiesceError {
  readonly code = 'QUIESCE_HOOK_ABORTED';
  readonly component: string;
  readonly phase: Phase;
  readonly abortedBy: 'late' | StopMode;
  constructor(component: string, phase: Phase, abortedBy: 'late' | StopMode, wasCalled: boolean = true) {
    const why = abortedBy === 'late' ? 'its time was over' : `the stop climbed to ${abortedBy}`;
    // Who was never called is not to blame: something that it waits for was.
    super(`the ${phase} hook of "${component}" was ${wasCalled ? 'aborted' : 'never called'}: ${why}`);
    this.component = component;
    this.phase = phase;
    this.abortedBy = abortedBy;
  }
}

/** The reason of a work token's `AbortSignal`: the drain ended before the work did. */
export class WorkCutError extends QuiesceError {
  readonly code = 'QUIESCE_WORK_CUT';
  constructor(work: string, mode: StopMode) {
    super(`"${work}" was cut: the stop climbed to ${mode}`);
  }
}

/** New work was brought to a lifecycle that takes none any more. */
export class StoppingError extends QuiesceError {
  readonly code = 'QUIESCE_STOPPING';
}

/** Shards of a group did not do what they were to, or are gone. */
export class ShardsError extends QuiesceError {
  readonly code = 'QUIESCE_SHARDS';
  /** The names of the shards. */
  readonly shards: readonly string[];
  constructor(shards: readonly string[], message: string) {
    super(message);
    this.shards = shards;
  }
}

/** The process that leads a group of shards is gone, so each of them stops by itself. */
export class ParentGoneError extends QuiesceError {
  readonly code = 'QUIESCE_PARENT_GONE';
}

/** A batch could not be written or synced, so what was appended with it or after it is not acknowledged. */
export class CommitError extends QuiesceError {
  readonly code = 'QUIESCE_COMMIT';
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return String(value);
}
