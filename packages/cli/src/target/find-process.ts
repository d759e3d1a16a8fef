import { type ProcessIdentity, readProcessIdentity } from '@quiesce/control/client';
import { CommandError } from '../command/command-error.js';
import { exitCodes } from '../command/exit-codes.js';
import { formatDuration } from '../text/format-duration.js';
import { printable } from '../text/printable.js';
import { parsePid } from './parse-pid.js';
import {
  describeCommand,
  readCommandNames,
  readStartTime,
  readThreadGroup,
  readUser,
} from './process-facts.js';
import { type PidFile, readPidFile } from './read-pid-file.js';
import type { Target } from './select-target.js';

/** A process that a pid, or a pid file, names. */
export interface FoundProcess {
  readonly identity: ProcessIdentity;
  /** For messages, such as `pid 4711 (nginx: master process)`. */
  readonly inWords: string;
}

/** A file's time and a process's are read from different clocks, and a process writes its file after its start. */
const slackMs = 2_000;

/**
 * Finds the process that a pid or a pid file names, and makes sure that it can be the one that was meant. In doubt it
 * is not.
 * @throws CommandError
 */
export function findProcess(
  target: Extract<Target, { kind: 'pid' | 'pid-file' }>,
  wallTimeMs: number,
): FoundProcess {
  const file = target.kind === 'pid-file' ? readPidFile(target.path) : undefined;
  const pid = file?.pid ?? (target.kind === 'pid' ? parsePid(target.given.text, target.given.from) : 0);
  const identity = readProcessIdentity(pid);
  if (identity === undefined) throw notThere(pid, file);
  const command = describeCommand(pid);
  const inWords = command === undefined ? `pid ${pid}` : `pid ${pid} (${printable(command)})`;
  checkIsProcess(pid, inWords);
  if (file !== undefined) {
    checkAge(identity, file, wallTimeMs, inWords);
    checkOwner(pid, file, inWords);
  }
  if (target.expectCommand !== undefined) checkCommand(pid, target.expectCommand, inWords);
  return { identity, inWords };
}

function notThere(pid: number, file: PidFile | undefined): CommandError {
  const message =
    file === undefined
      ? `there is no process ${pid}`
      : `pid file ${JSON.stringify(file.path)} is stale: there is no process ${pid}; the service has ended without removing it`;
  return new CommandError(message, exitCodes.notFound);
}

function checkIsProcess(pid: number, inWords: string): void {
  const group = readThreadGroup(pid);
  if (group === pid) return;
  throw new CommandError(`${inWords} is not a process, but a thread of process ${group}`, exitCodes.notFound);
}

/** A process that was started after the file was written is another one that got the same pid. */
function checkAge(identity: ProcessIdentity, file: PidFile, wallTimeMs: number, inWords: string): void {
  const startedAtMs = readStartTime(identity, wallTimeMs);
  if (startedAtMs === undefined || startedAtMs <= file.writtenAtMs + slackMs) return;
  const younger = formatDuration(startedAtMs - file.writtenAtMs);
  const advice = `If it is the service all the same (the machine's clock was set, say), use --pid ${identity.pid}`;
  throw new CommandError(
    `pid file ${JSON.stringify(file.path)} is stale: ${inWords} was started ${younger} after the file was written, so it is another program. ${advice}`,
    exitCodes.notFound,
  );
}

/**
 * A user who owns a pid file can write any number into it: it counts for processes of that user alone, unless it is
 * root's, or one's own. systemd has the same rule for its `PIDFile`. Source: systemd.service(5).
 */
function checkOwner(pid: number, { path, uid }: PidFile, inWords: string): void {
  const user = readUser(pid);
  if (uid === 0 || uid === process.getuid?.() || user === undefined || user === uid) return;
  throw new CommandError(
    `${inWords} runs as uid ${user}, and pid file ${JSON.stringify(path)} belongs to uid ${uid}, who could have written any number into it. If it is the service, use --pid ${pid}`,
    exitCodes.notAllowed,
  );
}

function checkCommand(pid: number, expected: string, inWords: string): void {
  const names = readCommandNames(pid);
  if (names.includes(expected)) return;
  const seen =
    names.length === 0
      ? 'the system does not say what it is called'
      : `it is called ${names.map(printable).join(', ')}`;
  throw new CommandError(
    `${inWords} is not ${JSON.stringify(expected)}: ${seen}. Nothing was done to it`,
    exitCodes.notFound,
  );
}
