import { readdirSync, readFileSync } from 'node:fs';

/** One process of this machine, or of this PID namespace. Source: proc_pid_stat(5). */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /**
   * Whether nothing of it is left but its exit status. A process whose first thread alone has ended is a zombie too, and
   * holds its files, sockets and memory until its last thread has.
   */
  readonly hasEnded: boolean;
  /** When it was started, in clock ticks since the machine was. */
  readonly startTicks: number;
}

/** All processes that this one can see but for those, without threads. Empty where there is no `/proc`. */
export function listProcesses(without: ReadonlySet<number>): readonly ProcessEntry[] {
  return listPids().flatMap((pid) => (without.has(pid) ? [] : (readProcess(pid) ?? [])));
}

/** One process; undefined when there is none. */
export function readProcess(pid: number): ProcessEntry | undefined {
  const text = readProcessFile(pid, 'stat');
  if (text === '') return undefined;
  // The name in parentheses may hold anything, so that fields are counted after the last of them.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = '', ...numbers] = fields;
  const [parent = 0, group = 0, session = 0] = numbers.map(Number);
  const threads = Number(fields[17]);
  const hasEnded = state === 'X' || (state === 'Z' && threads <= 1);
  return { pid, parent, group, session, hasEnded, startTicks: Number(fields[19]) };
}

/** The environment that a process was started with; empty when it is not ours to read. */
export function readEnvironment(pid: number): readonly string[] {
  return readProcessFile(pid, 'environ').split('\0');
}

/** The command line of a process, for people. */
export function readCommandLine(pid: number): string {
  return readProcessFile(pid, 'cmdline').replaceAll('\0', ' ').trim();
}

function listPids(): readonly number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0);
  } catch {
    return [];
  }
}

/** Empty when the process has gone meanwhile, or is somebody else's. */
function readProcessFile(pid: number, file: 'stat' | 'environ' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}
