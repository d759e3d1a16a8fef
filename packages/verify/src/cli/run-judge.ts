import { InterruptedError, JudgeError, NotJudgeableError, VerifyOptionsError } from '../errors.js';
import { createProgram } from './program.js';

/** Options of {@link runJudge}. All optional. */
export interface RunJudgeOptions {
  /** What the command is called, in its help and its errors. @default 'quiesce-verify' */
  readonly name?: string;
}

/**
 * Runs the judge with a command line, as the command `quiesce-verify` does: prints reports, and errors. Until it has
 * ended, SIGINT, SIGTERM and SIGHUP end the judging and everything that it has started.
 * @param args what stands behind the command's name
 * @returns the exit code: 0 every applicable clause passes, 1 one fails, 2 it could not be judged, 3 the judge failed,
 *   130 interrupted
 */
export async function runJudge(
  args: readonly string[],
  { name = 'quiesce-verify' }: RunJudgeOptions = {},
): Promise<number> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await createProgram(interruption.signal, name).run(args);
  } catch (error) {
    process.stderr.write(`${messageOf(error, name)}\n`);
    return exitCodeOf(error);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof InterruptedError) return 130;
  return error instanceof JudgeError ? 3 : 2;
}

function messageOf(error: unknown, name: string): string {
  if (error instanceof NotJudgeableError) {
    const tail = error.output.trim();
    return `${name}: ${error.message}${tail === '' ? '' : `\nits last output:\n${tail}`}`;
  }
  if (error instanceof VerifyOptionsError || error instanceof InterruptedError) {
    return `${name}: ${error.message}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
