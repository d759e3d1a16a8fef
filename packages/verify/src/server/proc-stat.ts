import { readdirSync, readFileSync } from 'node:fs';

/** What /proc/PID/stat tells of a process; see proc(5). */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** In clock ticks since boot: with the pid, a process's identity. */
  readonly startTime: string;
  /** `Z` is a process that has ended and waits to be reaped. */
  readonly state: string;
}

/** Reads one process, or undefined when there is none of that pid. */
export function readProcessStat(pid: number): ProcessStat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The name, in parentheses, may hold spaces and parentheses itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    state: fields[0] ?? '',
    parent: Number(fields[1]),
    group: Number(fields[2]),
    startTime: fields[19] ?? '',
  };
}

/** All processes of this machine that we may see. */
export function readAllProcesses(): ProcessStat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcessStat(Number(name)))
    .filter((stat) => stat !== undefined);
}
