import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { type ProcessStat, readAllProcesses, readProcessStat } from './proc-stat.js';

/**
 * The environment variable that marks every process of a server under test. Children inherit it, also those that left
 * the process group and were given to init before anybody saw whose they were.
 */
export const familyMark = 'QUIESCE_VERIFY_FAMILY';

/** The living processes whose mark begins with this one, wherever they are. */
export function processesMarked(mark: string): ProcessStat[] {
  const text = `${familyMark}=${mark}`;
  return readAllProcesses().filter(
    ({ pid, hasEnded }) => !hasEnded && environmentOf(pid).some((variable) => variable.startsWith(text)),
  );
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    // It has ended, or belongs to another user.
    return [];
  }
}

/** The living processes of a group, and the descendants of any of `roots` that left the group. */
export function familyOf(group: number, roots: ReadonlySet<number>): ProcessStat[] {
  const all = readAllProcesses();
  const family = new Set<number>(roots);
  // A child may stand before its parent in the list when pids have wrapped around: repeat until nothing is added.
  for (let before = -1; before !== family.size; ) {
    before = family.size;
    for (const { pid, parent, group: itsGroup } of all) {
      if (itsGroup === group || family.has(parent)) family.add(pid);
    }
  }
  return all.filter(({ pid, hasEnded }) => family.has(pid) && !hasEnded);
}

/** Whether this very process still runs (not merely its pid, which may have been given to another). */
export function isAlive(stat: ProcessStat): boolean {
  const now = readProcessStat(stat.pid);
  return now !== undefined && now.startTime === stat.startTime && !now.hasEnded;
}

/** Ends this very process at once, if it still runs. */
export function endProcess(stat: ProcessStat): void {
  if (isAlive(stat)) send(stat.pid, 'SIGKILL');
}

/** Sends a signal; false when there is nobody to receive it. */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/**
 * Whether a signal that was sent to a process has not reached it. One more of the same kind would be merged into it. Source:
 * `ShdPnd` in proc(5), and signal(7): "standard signals do not queue".
 */
export function isPending(pid: number, signal: NodeJS.Signals): boolean {
  const bit = 1n << BigInt(constants.signals[signal] - 1);
  return (BigInt(`0x${readPendingMask(pid)}`) & bit) !== 0n;
}

/** In hexadecimal. */
function readPendingMask(pid: number): string {
  try {
    return /^ShdPnd:\s*([\da-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '0';
  } catch {
    return '0'; // it has ended
  }
}
