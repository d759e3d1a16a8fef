import { type ExitCode, exitCodes } from './exit-codes.js';

/** The command cannot do what it was asked for. The message says why, and what to do next. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;
  constructor(message: string, exitCode: ExitCode, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

/** An option, an argument or an environment variable is not as it must be. Says which, which rule, and which value came. */
export class UsageError extends CommandError {
  /** @param option as it was given, such as `--timeout`, or `QUIESCE_TIMEOUT` */
  constructor(option: string, rule: string, value: string) {
    super(`${option} ${rule}; got ${JSON.stringify(value)}`, exitCodes.failed);
    this.name = 'UsageError';
  }
}
