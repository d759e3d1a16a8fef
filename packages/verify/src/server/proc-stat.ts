import { readdirSync, readFileSync } from 'node:fs';

/** What /proc/PID/stat tells of a process; see proc(5). */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** In clock ticks since boot: with the pid, a process's identity. */
  readonly startTime: string;
  /**
   * Whether nothing of it is left but its exit status. A process whose first thread alone has ended is a zombie too, and
   * holds its files, sockets and memory until its last thread has.
   */
  readonly hasEnded: boolean;
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
  const [state = ''] = fields;
  const threads = Number(fields[17]);
  return {
    pid,
    hasEnded: state === 'X' || (state === 'Z' && threads <= 1),
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
