import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { ProcessIdentity } from '@quiesce/control/client';

/** USER_HZ: the kernel gives times to programs in hundredths of a second on all machines but Alpha and IA-64. Source: time(7). */
const ticksPerSecond = 100;

/** When a process was started, in milliseconds since the epoch; undefined where the system does not tell. */
export function readStartTime({ startTicks }: ProcessIdentity, wallTimeMs: number): number | undefined {
  if (startTicks === undefined) return undefined;
  const uptime = Number(readIfThere('/proc/uptime').split(' ')[0]);
  if (!(uptime > 0)) return undefined;
  return wallTimeMs - (uptime - startTicks / ticksPerSecond) * 1_000;
}

/** The names that a program goes by: what the kernel calls it, its file, and what it was started as. */
export function readCommandNames(pid: number): readonly string[] {
  const [started = '', script = ''] = readCommandLine(pid);
  const names = [readIfThere(`/proc/${pid}/comm`).trimEnd(), readExecutable(pid), started, script];
  return [...new Set(names.map((name) => basename(name)).filter((name) => name !== ''))];
}

/** The command line of a process, for people; undefined where the system does not tell. */
export function describeCommand(pid: number): string | undefined {
  const text = readCommandLine(pid).join(' ').slice(0, 200);
  return text === '' ? undefined : text;
}

/** The process that a thread belongs to. Its id can be had for a process id from a file that is wrong, or old. */
export function readThreadGroup(pid: number): number {
  const group = /^Tgid:\s*(\d+)$/m.exec(readIfThere(`/proc/${pid}/status`))?.[1];
  return group === undefined ? pid : Number(group);
}

/** The user a process runs as; undefined where the system does not tell. */
export function readUser(pid: number): number | undefined {
  const uid = /^Uid:\s*(\d+)/m.exec(readIfThere(`/proc/${pid}/status`))?.[1];
  return uid === undefined ? undefined : Number(uid);
}

function readCommandLine(pid: number): readonly string[] {
  return readIfThere(`/proc/${pid}/cmdline`)
    .split('\0')
    .filter((part) => part !== '');
}

function readExecutable(pid: number): string {
  try {
    // Source: proc_pid_exe(5): a file that was replaced has this behind its name.
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '');
  } catch {
    return '';
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
