import { listProcesses, type ProcessEntry, readCommandLine, readEnvironment } from './read-processes.js';
import { isOfRun } from './run-marker.js';

/** A supervised command, as its processes are told from all others. */
export interface Family {
  /** The command's own process, and the group and the session that it leads. */
  readonly pid: number;
  /** When it was started, in clock ticks: nothing that is older is of its family. */
  readonly startTicks: number | undefined;
  /** The mark that its environment carries. */
  readonly runId: string;
  /** Whether this process and its parent alone are not of the family: they are all that else is in the PID namespace. */
  readonly hasNamespace: boolean;
}

/** A process of the family that is not the command itself. */
export interface FamilyProcess extends ProcessEntry {
  readonly command: string;
}

/**
 * Finds what a command has started and has not ended: what is in its group or session; what carries its mark, also when
 * it has made a session of its own or has lost its parent; in a PID namespace of our own what was adopted by PID 1.
 *
 * Who makes a session of its own, empties its environment *and* loses its parent outside of such a namespace cannot
 * be found: nothing links it to the command any more.
 */
export function findFamily(
  family: Family,
  strangers: ReadonlySet<number> = new Set(),
): readonly FamilyProcess[] {
  const isFamily = (entry: ProcessEntry): boolean => {
    const { pid, parent, group, session, hasEnded, startTicks } = entry;
    if (pid === family.pid || pid === process.pid || pid === 1 || hasEnded) return false;
    if (group === family.pid || session === family.pid) return true;
    if (family.startTicks !== undefined && startTicks < family.startTicks) return false;
    if (family.hasNamespace && parent === 1 && pid !== process.pid) return true;
    return isOfRun(readEnvironment(pid), family.runId);
  };
  return listProcesses(strangers)
    .filter(isFamily)
    .map((entry) => ({ ...entry, command: readCommandLine(entry.pid) }));
}

/**
 * The pids of all that were there before the command, and so are none of its family. Found before a stop, they need not
 * be looked at when it is over: on a machine with thousands of processes that would take longer than all the rest.
 */
export function findStrangers(family: Family): ReadonlySet<number> {
  const older = listProcesses(new Set()).filter((entry) => isOlder(entry, family));
  return new Set(older.map(({ pid }) => pid));
}

function isOlder({ startTicks }: ProcessEntry, family: Family): boolean {
  return family.startTicks !== undefined && startTicks < family.startTicks;
}
