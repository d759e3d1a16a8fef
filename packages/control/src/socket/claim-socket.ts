import {
  type BigIntStats,
  chmodSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  renameSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Clock } from '@quiesce/core';
import { SocketPathError } from '../errors.js';
import { isSocketAlive } from './probe-socket.js';
import { prepareSocketDirectory } from './socket-directory.js';

/** A socket path that is ours. */
export interface SocketClaim {
  readonly path: string;
  /** Removes the socket, if it is still ours. */
  release(): void;
}

/** `sun_path` without its final zero: 108 bytes on Linux, 104 elsewhere. Source: unix(7); sys/un.h of the BSDs. */
const longestPath = process.platform === 'linux' ? 107 : 103;

/**
 * Listens on a Unix socket that is never open to anybody else, and never in the place of one that is alive.
 *
 * ```
 *  what is there?     nothing ─────────────────────────────┐
 *                     dead socket of ours ─▶ moved aside ──┤
 *                     anything else ─▶ SocketPathError     ▼
 *                 private directory (0700) ─▶ listen ─▶ chmod 0600 ─▶ link to the path ─▶ directory removed
 * ```
 *
 * What is asked of the file system is asked without giving up the turn: each is over in microseconds, and nothing of this process comes
 * in between.
 *
 * @param listen binds to the path it is given, which is not the final one
 * @throws SocketPathError
 */
export async function claimSocket(
  path: string,
  clock: Clock,
  listen: (bindPath: string) => Promise<void>,
): Promise<SocketClaim> {
  const directory = dirname(resolve(path));
  prepareSocketDirectory(directory, path);
  const privateDirectory = mkdtempSync(join(directory, '.q'));
  const bindPath = join(privateDirectory, 's');
  const deadPath = join(privateDirectory, 'dead');
  try {
    for (const each of [path, bindPath]) checkLength(each, path);
    await removeDeadSocket(path, deadPath, clock);
    await listen(bindPath);
    chmodSync(bindPath, 0o600);
    const stats = lstatSync(bindPath, { bigint: true });
    moveInto(path, bindPath);
    return { path, release: () => removeIfSame(path, stats) };
  } finally {
    for (const each of [bindPath, deadPath]) ifThere(() => unlinkSync(each));
    ifThere(() => rmdirSync(privateDirectory));
  }
}

function checkLength(path: string, socketPath: string): void {
  const length = Buffer.byteLength(path);
  if (length > longestPath) {
    throw new SocketPathError(
      socketPath,
      `is too long: the system takes ${longestPath} bytes, this needs ${length}`,
    );
  }
}

async function removeDeadSocket(path: string, aside: string, clock: Clock): Promise<void> {
  const found = lstatIfThere(path);
  if (found === undefined) return;
  if (found.isSymbolicLink()) throw new SocketPathError(path, 'is a symbolic link; it is not followed');
  if (!found.isSocket()) throw new SocketPathError(path, 'is there already and is not a socket');
  if (found.uid !== BigInt(process.getuid?.() ?? 0)) {
    throw new SocketPathError(path, `belongs to somebody else (uid ${found.uid})`);
  }
  if (await isSocketAlive(path, clock)) throw inUse(path);
  // Another process may have found it dead as well, and have a live one there by now: what is moved aside is looked at.
  ifThere(() => renameSync(path, aside));
  const moved = lstatIfThere(aside);
  if (moved === undefined || isSame(moved, found)) return;
  try {
    linkSync(aside, path);
  } catch {
    // A third one has been faster: it is there, and is not to be moved.
  }
  throw inUse(path);
}

/** `link` takes no place that is taken. Systems that cannot link a socket move it. */
function moveInto(path: string, bindPath: string): void {
  try {
    linkSync(bindPath, path);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) throw inUse(path);
    renameSync(bindPath, path);
  }
}

function removeIfSame(path: string, own: BigIntStats): void {
  const found = lstatIfThere(path);
  // Whoever removed the directory has removed it as well.
  if (found !== undefined && isSame(found, own)) ifThere(() => unlinkSync(path));
}

/** An inode's number is used again at once, its time of creation is not; nothing writes to a socket's inode later. */
function isSame(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.mtimeNs === b.mtimeNs;
}

function inUse(path: string): SocketPathError {
  const why =
    'is in use: a process answers on it. Is the service running already? Another one needs another name';
  return new SocketPathError(path, why);
}

function lstatIfThere(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

/** Does something with a file that may be gone. */
function ifThere(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === code;
}
