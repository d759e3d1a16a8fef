import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describeError } from '../describe-error.js';
import { AuditError } from '../errors.js';
import { type ChainHead, hashLine, parseChainLink } from './audit-line.js';

/** How a log ends. */
export interface AuditTail {
  /** Its last whole line; undefined when there is none, or it is not one of ours. */
  readonly head: ChainHead | undefined;
  /** What a write that was cut short has left behind it. */
  readonly fragment: Buffer | undefined;
  readonly isEmpty: boolean;
}

/** The file of an audit log, open for appending. */
export interface AuditFile {
  readonly tail: AuditTail;
  /**
   * Appends text and syncs it; false when the file was removed, and what is appended would be lost with it. A text
   * that could not be written whole is taken back.
   * @throws AuditError
   */
  append(text: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Far more than the longest line. */
const tailBytes = 65_536;
const openFlags =
  constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Opens a log, or creates it, readable for its owner alone. Symbolic links are not followed.
 * @throws AuditError with what the system said as its `cause`
 */
export async function openAuditFile(path: string): Promise<AuditFile> {
  const handle = await openHandle(path);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new AuditError(path, 'is not a regular file');
    if (stats.size === 0) await syncDirectory(path);
    return createAuditFile(path, handle, stats.size, await readTail(handle, stats.size));
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openHandle(path: string): Promise<FileHandle> {
  try {
    return await open(path, openFlags, 0o600);
  } catch (error) {
    const isLink = error instanceof Error && Reflect.get(error, 'code') === 'ELOOP';
    const why = isLink
      ? 'is a symbolic link; it is not followed'
      : `cannot be opened: ${describeError(error)}`;
    throw new AuditError(path, why, { cause: error });
  }
}

function createAuditFile(path: string, handle: FileHandle, size: number, tail: AuditTail): AuditFile {
  let endsAt = size;

  const takeBack = async (length: number): Promise<void> => {
    try {
      await handle.truncate(length);
    } catch {
      // What is left of the text is found, and said, when the file is opened again.
    }
  };

  return {
    tail,
    async append(text) {
      const { size: before, nlink } = await handle.stat();
      if (nlink === 0) return false;
      // Less is what copy-truncate leaves.
      if (before > endsAt) throw new AuditError(path, 'is written to by another process; each needs its own');
      try {
        const { bytesWritten } = await handle.write(text);
        // A disk that is nearly full takes a part of it. Source: write(2).
        if (bytesWritten < Buffer.byteLength(text)) throw noSpaceLeft();
        await handle.datasync();
        endsAt = before + bytesWritten;
        return true;
      } catch (error) {
        await takeBack(before);
        throw new AuditError(path, `cannot be written: ${describeError(error)}`, { cause: error });
      }
    },
    close: () => handle.close(),
  };
}

async function readTail(handle: FileHandle, size: number): Promise<AuditTail> {
  if (size === 0) return { head: undefined, fragment: undefined, isEmpty: true };
  const length = Math.min(size, tailBytes);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
  const bytes = buffer.subarray(0, bytesRead);
  const end = bytes.lastIndexOf(0x0a);
  const fragment = end === bytes.length - 1 ? undefined : bytes.subarray(end + 1);
  if (end < 0) return { head: undefined, fragment, isEmpty: false };
  const line = bytes.subarray(bytes.lastIndexOf(0x0a, end - 1) + 1, end);
  const link = parseChainLink(line.toString());
  const head = link === undefined ? undefined : { seq: link.seq, hash: hashLine(line) };
  return { head, fragment, isEmpty: false };
}

/** The name of a new file is on the disk only when its directory is. Source: fsync(2). */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(dirname(path), constants.O_RDONLY);
  try {
    await directory.sync();
  } catch {
    // Some file systems cannot sync a directory; they need not.
  } finally {
    await directory.close();
  }
}

function noSpaceLeft(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}
