import { readFileSync, type Stats, statSync } from 'node:fs';
import { CommandError } from '../command/command-error.js';
import { exitCodes } from '../command/exit-codes.js';
import { parsePid } from './parse-pid.js';

/** What a pid file says. */
export interface PidFile {
  readonly path: string;
  readonly pid: number;
  /** When it was written, in milliseconds since the epoch. */
  readonly writtenAtMs: number;
  /** Whose it is. */
  readonly uid: number;
}

/** No program writes more into one. */
const mostBytes = 65_536;
const writableByOthers = 0o002;

/**
 * Reads the process id in the first line of a pid file; PostgreSQL, for one, has further lines. White space around it
 * does not matter.
 * @throws CommandError
 */
export function readPidFile(path: string): PidFile {
  const shown = `pid file ${JSON.stringify(path)}`;
  const { text, stats } = readWithStats(path, shown);
  const first = text.trimStart().split('\n')[0]?.trim() ?? '';
  if (first === '') throw new CommandError(`${shown} is empty: it names no process`, exitCodes.notFound);
  checkMode(stats, shown);
  const pid = parsePid(first, `the first line of ${shown}`);
  return { path, pid, writtenAtMs: stats.mtimeMs, uid: stats.uid };
}

/** Whoever can write to the file decides who gets the signal. */
function checkMode({ mode }: Stats, shown: string): void {
  if ((mode & writableByOthers) === 0) return;
  throw new CommandError(
    `${shown} can be written to by everybody, who could have any process signalled; chmod o-w, and see what it names`,
    exitCodes.notAllowed,
  );
}

function readWithStats(path: string, shown: string): { readonly text: string; readonly stats: Stats } {
  try {
    const stats = statSync(path);
    if (!stats.isFile()) throw new Error('it is not a regular file');
    if (stats.size > mostBytes) throw new Error(`it has ${stats.size} bytes, too many for a pid file`);
    return { text: readFileSync(path, 'utf8'), stats };
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (code === 'ENOENT') {
      const message = `there is no ${shown}: the service is not running, or keeps it elsewhere`;
      throw new CommandError(message, exitCodes.notFound, { cause: error });
    }
    const why = error instanceof Error ? error.message : String(error);
    const exitCode = code === 'EACCES' ? exitCodes.notAllowed : exitCodes.failed;
    throw new CommandError(`${shown} cannot be read: ${why}`, exitCode, { cause: error });
  }
}
