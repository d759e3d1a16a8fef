import { type Clock, processSignals, type SignalSource, systemClock } from '@quiesce/core';

/** Where a command writes to: a terminal, a pipe or a file. */
export interface CommandOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/** What a command has around it. */
export interface CommandContext {
  /** What was asked for. */
  readonly stdout: CommandOutput;
  /** What happens meanwhile, and errors. */
  readonly stderr: CommandOutput;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signals: SignalSource;
  readonly clock: Clock;
}

/** The context of this process. Whoever reads its output may go away at any time, as `head` does. */
export function processContext(): CommandContext {
  process.stderr.on('error', ignoreBrokenPipe);
  let stdout: CommandOutput | undefined;
  return {
    // Not every command writes to it, and Node.js makes it when it is asked for it first.
    get stdout() {
      stdout ??= process.stdout.on('error', ignoreBrokenPipe);
      return stdout;
    },
    stderr: process.stderr,
    environment: process.env,
    signals: processSignals,
    clock: systemClock,
  };
}

function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
