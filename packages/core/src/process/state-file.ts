import { readFileSync, rmSync } from 'node:fs';
import type { Logger } from '../ports/logger.js';
import { writeWhole } from './write-whole.js';

/** The mark of a stop that is under way: a file that is there only while one is. */
export interface StateFile {
  /** `killed` when the stop before this start never came to its end. Taken once, when the lifecycle starts. */
  takePreviousStop(): 'killed' | undefined;
  begin(record: StateRecord): void;
  end(): void;
}

/** What the file says. */
export interface StateRecord {
  readonly pid: number;
  /** When the stop was asked for, ISO 8601. */
  readonly startedAt: string;
  readonly reason: string;
}

/** A mark at `path`. A file that can't be read or written is told to the logger and never stops a stop. */
export function createStateFile(path: string, logger: Logger): StateFile {
  const attempt = (what: string, action: () => void): void => {
    try {
      action();
    } catch (error) {
      logger.warn(
        { err: error, stateFile: path },
        `stateFile "${path}" could not be ${what}: ${String(error)}`,
      );
    }
  };
  return {
    takePreviousStop() {
      const record = readRecord(path);
      if (record === undefined || isRunning(record)) return undefined;
      attempt('removed', () => rmSync(path, { force: true }));
      return 'killed';
    },
    begin(record) {
      attempt('written', () => writeWhole(path, `${JSON.stringify(record)}\n`));
    },
    end() {
      // The mark of another process that shares the file, as in a restart that overlaps, is its own to remove.
      if (readRecord(path)?.pid === process.pid) attempt('removed', () => rmSync(path, { force: true }));
    },
  };
}

/** Reads the record; an empty or foreign file counts as one too: something was cut short while it was written. */
function readRecord(path: string): Partial<StateRecord> | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const record: unknown = JSON.parse(text);
    return typeof record === 'object' && record !== null ? record : {};
  } catch {
    return {};
  }
}

/** Whether the process that wrote the record is another one that still runs: its stop may yet end well. */
function isRunning({ pid, startedAt }: Partial<StateRecord>): boolean {
  if (startedAt === undefined || !isProcessId(pid) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and another user's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !isAnother(pid, Date.parse(startedAt));
}

/** What a foreign file says may be anything; 0 and below mean whole process groups to kill(2). */
function isProcessId(pid: unknown): pid is number {
  return Number.isSafeInteger(pid) && Number(pid) > 0;
}

/**
 * Whether a pid is not that of a process of that instant any more: it was given anew, or waits to be reaped by a parent
 * that does not. Only Linux tells.
 */
function isAnother(pid: number, instantMs: number): boolean {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '';
    const fields = afterName.split(' '); // proc(5), from field 3
    if (fields[0] === 'Z' && Number(fields[17]) <= 1) return true; // with more threads, the others still run
    const bootSeconds = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
    const ticksPerSecond = 100; // USER_HZ is 100 on every Linux that Node.js runs on
    return bootSeconds * 1_000 + (Number(fields[19]) / ticksPerSecond) * 1_000 > instantMs;
  } catch {
    return false;
  }
}
