import { lstatSync, mkdirSync } from 'node:fs';
import { describeError } from '../describe-error.js';
import { SocketPathError } from '../errors.js';

/** Write permission of the group and of all others. Source: inode(7). */
const writableByOthers = 0o022;
const sticky = 0o1000;

/**
 * Makes the directory of a socket, closed to everybody else, or checks the one that is there: in a directory that
 * others may write to they could put a socket of their own into the place of ours.
 * @throws SocketPathError
 */
export function prepareSocketDirectory(directory: string, socketPath: string): void {
  try {
    if (mkdirSync(directory, { recursive: true, mode: 0o700 }) !== undefined) return;
  } catch (error) {
    const advice = 'set socketPath to where this process may write, or to false for no socket';
    const why = `has a directory that cannot be made (${describeError(error)}); ${advice}`;
    throw new SocketPathError(socketPath, why, { cause: error });
  }
  const stats = lstatSync(directory);
  if (stats.isSymbolicLink()) {
    throw new SocketPathError(socketPath, 'has a directory that is a symbolic link; it is not followed');
  }
  const uid = process.getuid?.() ?? 0;
  if (stats.uid !== uid && stats.uid !== 0) {
    throw new SocketPathError(socketPath, `has a directory that belongs to somebody else (uid ${stats.uid})`);
  }
  if ((stats.mode & writableByOthers) !== 0 && (stats.mode & sticky) === 0) {
    throw new SocketPathError(
      socketPath,
      'has a directory that others may write to; chmod go-w would mend it',
    );
  }
}
