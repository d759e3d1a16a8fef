import { type ChildExit, describeExit } from './child/child-exit.js';

/** The stable codes of all errors of this package; each has a section in `docs/errors.md`. */
export type SupervisorErrorCode =
  | 'QUIESCE_COMMAND'
  | 'QUIESCE_CHILD_ENDED'
  | 'QUIESCE_CHILD_NOT_READY'
  | 'QUIESCE_CHILD_UNCLEAN'
  | 'QUIESCE_LEFT_BEHIND';

/** The brand of all errors of Quiesce, the same symbol as in `@quiesce/core`. */
const brand: unique symbol = Symbol.for('quiesce.error');

/** The codes of this package. */
const codes: Readonly<Record<SupervisorErrorCode, true>> = {
  QUIESCE_COMMAND: true,
  QUIESCE_CHILD_ENDED: true,
  QUIESCE_CHILD_NOT_READY: true,
  QUIESCE_CHILD_UNCLEAN: true,
  QUIESCE_LEFT_BEHIND: true,
};

/** The base of all errors of this package. */
export abstract class SupervisorError extends Error {
  abstract readonly code: SupervisorErrorCode;
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
export function isSupervisorError(error: unknown, code?: SupervisorErrorCode): error is SupervisorError {
  if (typeof error !== 'object' || error === null || !(brand in error)) return false;
  const own: unknown = Reflect.get(error, 'code');
  return code === undefined ? typeof own === 'string' && Object.hasOwn(codes, own) : own === code;
}

/** The command cannot be run. */
export class CommandError extends SupervisorError {
  readonly code = 'QUIESCE_COMMAND';
  /** What a shell would exit with: 127 when there is no such command, 126 when it cannot be executed. */
  readonly exitCode: 126 | 127;
  constructor(command: string, exitCode: 126 | 127, cause: unknown) {
    const why =
      exitCode === 127
        ? 'was not found: there is no such program, or its interpreter is missing'
        : 'was found and cannot be executed: is it a program, with the permission to run it?';
    super(`${JSON.stringify(command)} ${why}`, { cause });
    this.exitCode = exitCode;
  }
}

/** The command ended by itself, when nobody had asked it to. */
export class ChildEndedError extends SupervisorError {
  readonly code = 'QUIESCE_CHILD_ENDED';
  readonly exit: ChildExit;
  constructor(exit: ChildExit, when: string) {
    super(`the command ended by itself ${when}: ${describeExit(exit)}`);
    this.exit = exit;
  }
}

/** The command was not ready in time, or ended or went to the background before it was. */
export class ChildNotReadyError extends SupervisorError {
  readonly code = 'QUIESCE_CHILD_NOT_READY';
}

/** The command ended after it had been told to, but not as it does when all went well. */
export class ChildUncleanError extends SupervisorError {
  readonly code = 'QUIESCE_CHILD_UNCLEAN';
  readonly exit: ChildExit;
  constructor(exit: ChildExit, profile: string) {
    super(`the command ended with ${describeExit(exit)}, which the profile "${profile}" does not call clean`);
    this.exit = exit;
  }
}

/** Processes that the command left behind had to be killed. */
export class LeftBehindError extends SupervisorError {
  readonly code = 'QUIESCE_LEFT_BEHIND';
  readonly pids: readonly number[];
  constructor(pids: readonly number[]) {
    super(`what the command left behind did not end when it was told to and was killed: ${pids.join(', ')}`);
    this.pids = pids;
  }
}
