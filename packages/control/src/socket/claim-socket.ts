import { type BigIntStats, lstatSync, unlinkSync } from 'node:fs';
import { chmod, link, lstat, mkdtemp, rename, rm, unlink } from 'node:fs/promises';
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
 * @param listen binds to the path it is given, which is not the final one
 * @throws SocketPathError
 */
export async function claimSocket(
  path: string,
  clock: Clock,
  listen: (bindPath: string) => Promise<void>,
): Promise<SocketClaim> {
  const directory = dirname(resolve(path));
  await prepareSocketDirectory(directory, path);
  const privateDirectory = await mkdtemp(join(directory, '.q'));
  try {
    const bindPath = join(privateDirectory, 's');
    for (const each of [path, bindPath]) checkLength(each, path);
    await removeDeadSocket(path, privateDirectory, clock);
    await listen(bindPath);
    await chmod(bindPath, 0o600);
    const stats = await lstat(bindPath, { bigint: true });
    await moveInto(path, bindPath);
    return { path, release: () => removeIfSame(path, stats) };
  } finally {
    await rm(privateDirectory, { recursive: true, force: true });
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

async function removeDeadSocket(path: string, privateDirectory: string, clock: Clock): Promise<void> {
  const found = await lstatIfThere(path);
  if (found === undefined) return;
  if (found.isSymbolicLink()) throw new SocketPathError(path, 'is a symbolic link; it is not followed');
  if (!found.isSocket()) throw new SocketPathError(path, 'is there already and is not a socket');
  if (found.uid !== BigInt(process.getuid?.() ?? 0)) {
    throw new SocketPathError(path, `belongs to somebody else (uid ${found.uid})`);
  }
  if (await isSocketAlive(path, clock)) throw inUse(path);
  // Another process may have found it dead as well, and have a live one there by now: what is moved aside is looked at.
  const aside = join(privateDirectory, 'dead');
  await rename(path, aside).catch(ignoreMissing);
  const moved = await lstatIfThere(aside);
  if (moved === undefined || isSame(moved, found)) return;
  await link(aside, path).catch(() => {});
  throw inUse(path);
}

/** `link` takes no place that is taken. Systems that cannot link a socket move it. */
async function moveInto(path: string, bindPath: string): Promise<void> {
  try {
    await link(bindPath, path);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) throw inUse(path);
    await rename(bindPath, path);
    return;
  }
  await unlink(bindPath);
}

function removeIfSame(path: string, own: BigIntStats): void {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined || !isSame(found, own)) return;
  try {
    unlinkSync(path);
  } catch (error) {
    // Whoever removed the directory has removed it as well.
    if (!isErrno(error, 'ENOENT')) throw error;
  }
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

async function lstatIfThere(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function ignoreMissing(error: unknown): void {
  if (!isErrno(error, 'ENOENT')) throw error;
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === code;
}
