import { readFileSync, readlinkSync } from 'node:fs';

/** What tells one process from all others, also from a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, in clock ticks since the machine was. Linux only. Source: proc_pid_stat(5), field 22. */
  readonly startTicks?: number;
  /** The namespace in which the pid means something, such as `pid:[4026531836]`. Linux only. Source: namespaces(7). */
  readonly pidNamespace?: string;
}

/** Finds out who has a pid now; undefined when nobody does. Who has ended and only waits to be reaped is nobody. */
export function readProcessIdentity(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  // No /proc, or one that hides other users' processes (hidepid, proc(5)): the pid is all there is to go by.
  if (stat === undefined) return isPidTaken(pid) ? { pid } : undefined;
  if (hasEnded(stat)) return undefined;
  const pidNamespace = readPidNamespace(pid);
  return { pid, startTicks: stat.startTicks, ...(pidNamespace === undefined ? {} : { pidNamespace }) };
}

/** Whether this process sees the pids that the other one does. Unknown counts as yes: there are no namespaces then. */
export function sharesPidNamespace({ pidNamespace }: ProcessIdentity): boolean {
  const own = readPidNamespace('self');
  return own === undefined || pidNamespace === undefined || own === pidNamespace;
}

/** Whether a process is still there, and not another one in its place. */
export function isRunning({ pid, startTicks }: ProcessIdentity): boolean {
  const now = readProcessIdentity(pid);
  if (now === undefined) return false;
  return startTicks === undefined || now.startTicks === undefined || now.startTicks === startTicks;
}

/** What the system tells of a process. Source: proc_pid_stat(5), fields 3, 20 and 22. */
interface ProcessStat {
  readonly state: string;
  readonly threads: number;
  readonly startTicks: number;
}

/**
 * Whether nothing of a process is left but its exit status. The state is that of its first thread alone: the others may
 * still be on their way out, and until the last has ended the process holds its files, its sockets and its memory.
 */
function hasEnded({ state, threads }: ProcessStat): boolean {
  return state === 'X' || (state === 'Z' && threads <= 1);
}

function readStat(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything, so that fields are counted after the last of them.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', threads: Number(fields[17]), startTicks: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

function readPidNamespace(pid: number | 'self'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}

/** Signal 0 only asks. Somebody else's process is there as well. Source: kill(2). */
function isPidTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && Reflect.get(error, 'code') === 'EPERM';
  }
}
