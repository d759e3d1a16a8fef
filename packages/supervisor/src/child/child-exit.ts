import { constants } from 'node:os';

/** How a child process ended: one of the two is set. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The exit code that shells give: the child's own, or 128 and the number of the signal it died by. */
export function toShellCode({ code, signal }: ChildExit): number {
  if (code !== null) return code;
  return 128 + (signal === null ? 0 : constants.signals[signal]);
}

/** The end in words, such as `exit code 3`, `SIGKILL`. */
export function describeExit({ code, signal }: ChildExit): string {
  return signal ?? `exit code ${code}`;
}
