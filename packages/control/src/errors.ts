/** The stable codes of all errors of this package; each has a section in `docs/errors.md`. */
export type ControlErrorCode =
  | 'QUIESCE_CONTROL_SOCKET'
  | 'QUIESCE_CONTROL_AUDIT'
  | 'QUIESCE_CONTROL_UNREACHABLE'
  | 'QUIESCE_CONTROL_DENIED'
  | 'QUIESCE_CONTROL_PROBLEM'
  | 'QUIESCE_CONTROL_LOST'
  | 'QUIESCE_CONTROL_TIMEOUT';

/** The brand of all errors of Quiesce, the same symbol as in `@quiesce/core`. */
const brand: unique symbol = Symbol.for('quiesce.error');

/** The base of all errors of this package. */
export abstract class ControlError extends Error {
  abstract readonly code: ControlErrorCode;
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
export function isControlError(error: unknown, code?: ControlErrorCode): error is ControlError {
  if (typeof error !== 'object' || error === null || !(brand in error)) return false;
  const own: unknown = Reflect.get(error, 'code');
  return code === undefined ? String(own).startsWith('QUIESCE_CONTROL_') : own === code;
}

/** The path of the control socket cannot be taken. */
export class SocketPathError extends ControlError {
  readonly code = 'QUIESCE_CONTROL_SOCKET';
  readonly path: string;
  constructor(path: string, why: string, options?: { cause: unknown }) {
    super(`control socket "${path}" ${why}`, options);
    this.path = path;
  }
}

/** The audit log cannot be opened, written or synced. */
export class AuditError extends ControlError {
  readonly code = 'QUIESCE_CONTROL_AUDIT';
  readonly path: string;
  constructor(path: string, why: string, options?: { cause: unknown }) {
    super(`audit log "${path}" ${why}`, options);
    this.path = path;
  }
}

/** A problem as the control endpoint answers it: `application/problem+json`, RFC 9457. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** Stable, in kebab-case; listed in `docs/errors.md`. */
  readonly code: string;
  readonly detail?: string;
  readonly [extension: string]: unknown;
}

/** Nobody answers where the control endpoint should be. */
export class ControlUnreachableError extends ControlError {
  readonly code = 'QUIESCE_CONTROL_UNREACHABLE';
}

/** The caller may not do this: the socket's permissions, a missing token, or a role that is not enough. */
export class ControlDeniedError extends ControlError {
  readonly code = 'QUIESCE_CONTROL_DENIED';
  /** What the endpoint answered; absent when the connection itself was denied. */
  readonly problem: ProblemDetails | undefined;
  constructor(message: string, options: { cause?: unknown; problem?: ProblemDetails } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : {});
    this.problem = options.problem;
  }
}

/** The endpoint answered with a problem that is not one of permission. */
export class ControlProblemError extends ControlError {
  readonly code = 'QUIESCE_CONTROL_PROBLEM';
  readonly status: number;
  readonly problem: ProblemDetails;
  constructor(problem: ProblemDetails) {
    super(`${problem.title}${problem.detail === undefined ? '' : `: ${problem.detail}`}`);
    this.status = problem.status;
    this.problem = problem;
  }
}

/** The connection ended before the answer was complete: the process has died, or was killed. */
export class ControlConnectionLostError extends ControlError {
  readonly code = 'QUIESCE_CONTROL_LOST';
}

/** What was waited for did not come in the time that was given. */
export class ControlTimeoutError extends ControlError {
  readonly code = 'QUIESCE_CONTROL_TIMEOUT';
}
