import { closeSync, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { CommandError } from '../command/command-error.js';
import { exitCodes } from '../command/exit-codes.js';

const readableByOthers = 0o004;
const writableByGroupOrOthers = 0o022;
/** Far more than a token needs. */
const mostBytes = 4_096;
/** The characters of a bearer token. Source: RFC 6750, section 2.1. */
const tokenSyntax = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Reads a token from a file. It must be closed to all others: what anybody can read is no secret. Its group may read
 * it, since that is how secrets are mounted for services. A line break at its end is not part of the token.
 * @throws CommandError that does not show what is in the file
 */
export function readTokenFile(path: string, from: string): string {
  const { stats, text } = readWhole(path, from);
  const refuse = (why: string): CommandError => {
    return new CommandError(`${from}: ${JSON.stringify(path)} ${why}`, exitCodes.notAllowed);
  };
  const uid = process.getuid?.() ?? stats.uid;
  const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
  if (stats.uid !== uid && stats.uid !== 0) throw refuse(`belongs to somebody else (uid ${stats.uid})`);
  if ((stats.mode & readableByOthers) !== 0) {
    throw refuse(`can be read by everybody (mode ${mode}); chmod o-rwx, and use another token`);
  }
  if ((stats.mode & writableByGroupOrOthers) !== 0) {
    throw refuse(`can be written to by others (mode ${mode}); chmod go-w`);
  }
  const token = text.replace(/\r?\n$/, '');
  if (tokenSyntax.test(token)) return token;
  const what =
    token.trim() === '' ? 'is empty' : 'holds something else than one token: letters, digits and -._~+/';
  throw new CommandError(`${from}: ${JSON.stringify(path)} ${what}`, exitCodes.failed);
}

function readWhole(path: string, from: string): { readonly stats: Stats; readonly text: string } {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Error('it is not a regular file');
    if (stats.size > mostBytes) throw new Error(`it has ${stats.size} bytes, too many for a token`);
    return { stats, text: readFileSync(file, 'utf8') };
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    const why = error instanceof Error ? error.message : String(error);
    const exitCode = code === 'EACCES' ? exitCodes.notAllowed : exitCodes.failed;
    throw new CommandError(`${from}: ${JSON.stringify(path)} cannot be read: ${why}`, exitCode, {
      cause: error,
    });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
