import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * A file as the log uses one. The only way by which the log reaches a disk, so that tests can put one that fails in
 * its place.
 * @typedef {object} StoredFile
 * @property {() => Promise<number>} size in bytes
 * @property {(buffers: readonly Uint8Array[]) => Promise<void>} append
 * @property {(position: number, length: number) => Promise<Buffer>} read shorter where the file ends
 * @property {() => Promise<void>} sync
 * @property {(size: number) => Promise<void>} truncate
 * @property {() => Promise<void>} close
 */

/**
 * Where files are.
 * @typedef {object} FileStore
 * @property {(path: string) => Promise<void>} createFolder durably, with those that it is in
 * @property {(path: string) => Promise<StoredFile>} open created, durably, when it is not there
 * @property {(path: string) => Promise<Buffer | undefined>} read a whole file; undefined when there is none
 * @property {(path: string, content: Uint8Array) => Promise<void>} write without a sync: what can be made again
 * @property {(path: string, content: Uint8Array) => Promise<void>} replace durably: the old content or the new, never half of it
 */

/** Files on the disk. @type {FileStore} */
export const store = {
  async createFolder(path) {
    const first = await mkdir(path, { recursive: true });
    if (first === undefined) return; // it was there
    for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
  },

  async open(path) {
    const handle = await open(path, 'a+');
    await syncFolder(dirname(path)); // a new file is lost with its folder's entry, however well it is synced itself
    return new File(handle);
  },

  async read(path) {
    try {
      return await readFile(path);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
      throw error;
    }
  },

  write: (path, content) => writeFile(path, content),

  async replace(path, content) {
    const draft = `${path}.draft`;
    const handle = await open(draft, 'w');
    try {
      await handle.writeFile(content);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
    await syncFolder(dirname(path));
  },
};

/** @implements {StoredFile} */
class File {
  #handle;
  /** Whether anything has changed since the last sync began. */
  #isDirty = true;

  /** @param {import('node:fs/promises').FileHandle} handle */
  constructor(handle) {
    this.#handle = handle;
  }

  async size() {
    return (await this.#handle.stat()).size;
  }

  /** @param {readonly Uint8Array[]} buffers */
  async append(buffers) {
    let left = [...buffers];
    this.#isDirty = true;
    while (left.length > 0) {
      const { bytesWritten } = await this.#handle.writev(left);
      left = withoutBytes(left, bytesWritten);
    }
  }

  /**
   * @param {number} position
   * @param {number} length
   */
  async read(position, length) {
    const buffer = Buffer.allocUnsafe(length);
    const { bytesRead } = await this.#handle.read(buffer, 0, length, position);
    return buffer.subarray(0, bytesRead);
  }

  /** Of a file that nothing was written to there is nothing to sync: the disk has enough to do with the others. */
  async sync() {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    try {
      await this.#handle.datasync();
    } catch (error) {
      this.#isDirty = true;
      throw error;
    }
  }

  /** @param {number} size */
  truncate(size) {
    this.#isDirty = true;
    return this.#handle.truncate(size);
  }

  close() {
    return this.#handle.close();
  }
}

/**
 * What is left of some buffers when so many bytes were taken from their begin: a full disk takes a part.
 * @param {readonly Uint8Array[]} buffers
 * @param {number} bytes
 */
function withoutBytes(buffers, bytes) {
  let taken = bytes;
  return buffers.flatMap((buffer) => {
    const skipped = Math.min(taken, buffer.length);
    taken -= skipped;
    return skipped === buffer.length ? [] : [buffer.subarray(skipped)];
  });
}

/** @param {string} path */
async function syncFolder(path) {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
