import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { ControlDeniedError } from '../errors.js';

/**
 * Where control sockets are by default, the first choice first. Source: XDG Base Directory Specification; hier(7).
 */
export function listRuntimeDirectories(
  environment: NodeJS.ProcessEnv = process.env,
  uid: number = process.getuid?.() ?? 0,
): readonly string[] {
  const own = environment['XDG_RUNTIME_DIR'];
  const first = own !== undefined && isAbsolute(own) ? [join(own, 'quiesce')] : [];
  return [...first, '/run/quiesce', `/tmp/quiesce-${uid}`];
}

/** The first of them in which this process can have a socket; `/run/quiesce` takes root, or whoever it was made for. */
export function chooseRuntimeDirectory(
  environment: NodeJS.ProcessEnv = process.env,
  uid: number = process.getuid?.() ?? 0,
): string {
  const directories = listRuntimeDirectories(environment, uid);
  const [first = '/run/quiesce', second = first] = directories;
  if (directories.length === 3) return first;
  return uid === 0 || isOwnDirectory(first, uid) ? first : second;
}

const suffix = '.sock';

/** The name of a service as the name of its socket. */
export function toSocketName(service: string): string {
  return `${encodeURIComponent(service)}${suffix}`;
}

/** A socket in a runtime directory, and the name of the service that it is for. */
export interface FoundSocket {
  readonly service: string;
  readonly socketPath: string;
}

/**
 * The socket of a service that is running under this user, by name; undefined when there is none.
 * @throws ControlDeniedError when it may be in a directory that this user must not look into
 */
export function findSocket(
  service: string,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  let denied: string | undefined;
  for (const directory of listTrustedDirectories(environment)) {
    const path = join(directory, toSocketName(service));
    try {
      if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true) return path;
    } catch (error) {
      if (!isDenied(error)) throw error;
      denied ??= directory;
    }
  }
  if (denied === undefined) return undefined;
  throw new ControlDeniedError(`${denied} is not open to this user`);
}

/** All sockets where {@link findSocket} looks, in its order. Nobody need be behind them. */
export function listSockets(environment: NodeJS.ProcessEnv = process.env): readonly FoundSocket[] {
  return listTrustedDirectories(environment).flatMap((directory) =>
    listEntries(directory)
      .filter((entry) => entry.isSocket() && entry.name.endsWith(suffix))
      .map(({ name }) => ({ service: toServiceName(name), socketPath: join(directory, name) })),
  );
}

/** In a directory of somebody else anybody could answer in the service's place. */
function listTrustedDirectories(environment: NodeJS.ProcessEnv): readonly string[] {
  const uid = process.getuid?.() ?? 0;
  return listRuntimeDirectories(environment, uid).filter(
    (directory) => isOwnDirectory(directory, uid) || isOwnDirectory(directory, 0),
  );
}

function listEntries(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function toServiceName(fileName: string): string {
  const name = fileName.slice(0, -suffix.length);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === 'EACCES';
}

function isOwnDirectory(path: string, uid: number): boolean {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats?.isDirectory() === true && stats.uid === uid;
  } catch (error) {
    // $XDG_RUNTIME_DIR may be that of another user, from before an `su`.
    if (isDenied(error)) return false;
    throw error;
  }
}
