import { lstatSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

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

/** The name of a service as the name of its socket. */
export function toSocketName(service: string): string {
  return `${encodeURIComponent(service)}.sock`;
}

/** The socket of a service that is running under this user, by name; undefined when there is none. */
export function findSocket(
  service: string,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const uid = process.getuid?.() ?? 0;
  for (const directory of listRuntimeDirectories(environment, uid)) {
    // In a directory of somebody else anybody could answer in the service's place.
    if (!isOwnDirectory(directory, uid) && !isOwnDirectory(directory, 0)) continue;
    const path = join(directory, toSocketName(service));
    if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true) return path;
  }
  return undefined;
}

function isOwnDirectory(path: string, uid: number): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && stats.uid === uid;
}
