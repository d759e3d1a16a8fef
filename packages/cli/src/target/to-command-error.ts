import { isControlError } from '@quiesce/control/client';
import { CommandError } from '../command/command-error.js';
import { type ExitCode, exitCodes } from '../command/exit-codes.js';
import { printable } from '../text/printable.js';

/** What each error of the client means for whoever called the command. */
const meanings: Readonly<Record<string, { readonly exitCode: ExitCode; readonly advice: string }>> = {
  QUIESCE_CONTROL_UNREACHABLE: {
    exitCode: exitCodes.notFound,
    advice: 'The service is not running, or its control endpoint is elsewhere',
  },
  QUIESCE_CONTROL_DENIED: {
    exitCode: exitCodes.notAllowed,
    advice: 'Come as the user who runs the service, or with --url and a --token-file whose role will do',
  },
  QUIESCE_CONTROL_LOST: {
    exitCode: exitCodes.notFound,
    advice: 'The process has ended, or was killed, in the middle of the answer',
  },
  QUIESCE_CONTROL_TIMEOUT: {
    exitCode: exitCodes.stillRunning,
    advice:
      'The process is there, but does not answer: its event loop may be blocked. --pid stops it by signals',
  },
  QUIESCE_CONTROL_PROBLEM: { exitCode: exitCodes.failed, advice: '' },
};

/** An error of the client as one of the command; anything else is a defect, and stays as it is. */
export function toCommandError(error: unknown): Error {
  if (!isControlError(error)) return error instanceof Error ? error : new Error(String(error));
  const meaning = meanings[error.code];
  if (meaning === undefined) return error;
  const text = printable(error.message);
  const message = meaning.advice === '' ? text : `${text}. ${meaning.advice}`;
  return new CommandError(message, meaning.exitCode, { cause: error });
}
