import { CommandError } from '../command/command-error.js';
import { exitCodes } from '../command/exit-codes.js';

/** The most that Linux gives. Source: proc_sys_kernel(5), `pid_max`. */
const highestPid = 4_194_304;

/**
 * Reads a process id. Refuses what kill(2) would take for something else than one process, and what cannot be the
 * service: to 0 and -1 it sends signals to many.
 * @param from what names it, for the error
 * @throws CommandError
 */
export function parsePid(text: string, from: string, ownPid: number = process.pid): number {
  const refuse = (rule: string): CommandError => {
    return new CommandError(`${from} ${rule}; got ${JSON.stringify(text.slice(0, 60))}`, exitCodes.failed);
  };
  const trimmed = text.trim();
  if (!/^[+-]?\d+$/.test(trimmed)) throw refuse('must be a process id');
  const pid = Number(trimmed);
  if (pid === 0) throw refuse('must be one process; 0 stands for a whole process group');
  if (pid < 0) throw refuse('must be one process; a negative number stands for a whole process group');
  if (pid > highestPid) throw refuse(`must be a process id, ${highestPid} at most`);
  if (pid === ownPid) throw refuse('is the process id of this very command');
  return pid;
}
