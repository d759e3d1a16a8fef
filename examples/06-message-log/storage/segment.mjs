import { join } from 'node:path';
import { batchBytes, decodeBatch, headerBytes } from './record-batch.mjs';
import { decodeIndex, SegmentIndex } from './segment-index.mjs';

/** @typedef {import('./file-store.mjs').FileStore} FileStore */
/** @typedef {import('./record-batch.mjs').RecordBatch} RecordBatch */

/**
 * Says that something was found and mended.
 * @typedef {(message: string) => void} Warn
 */

/** How much is read at once at least, and at most, in bytes. */
const chunkBytes = { least: 16 * 1024, most: 256 * 1024 };

/** One file of a partition's log, with the batches from a first offset on. */
export class Segment {
  #file;
  #index;
  #size;
  #nextOffset;
  #indexPath;
  #store;
  #isIndexed;

  /**
   * Opens a segment, or creates it. What is torn at the end of the last one of a partition is cut off: it was never
   * synced, or else the sync was never acknowledged. Anywhere else it is damage, and nothing is opened.
   * @param {{ store: FileStore, folder: string, firstOffset: number, isLast: boolean, warn: Warn }} where
   */
  static async open({ store, folder, firstOffset, isLast, warn }) {
    const path = join(folder, `${fileName(firstOffset)}.log`);
    const indexPath = join(folder, `${fileName(firstOffset)}.index`);
    const file = await store.open(path);
    const size = await file.size();
    const known = decodeIndex(await store.read(indexPath), size);
    if (known !== undefined) return new Segment({ store, file, indexPath, size, ...known, isIndexed: true });
    const found = await scan(file, size, firstOffset);
    if (found.wholeBytes < size) {
      const torn = `${path}: the batch at byte ${found.wholeBytes} is not whole`;
      if (!isLast) throw new Error(`${torn}, and it is not the last segment`);
      warn(`${torn}: ${size - found.wholeBytes} bytes were cut off, the next offset is ${found.nextOffset}`);
      await file.truncate(found.wholeBytes);
      await file.sync();
    }
    return new Segment({ store, file, indexPath, size: found.wholeBytes, ...found, isIndexed: false });
  }

  /**
   * @param {{ store: FileStore, file: import('./file-store.mjs').StoredFile, indexPath: string, size: number,
   *   index: SegmentIndex, nextOffset: number, isIndexed: boolean }} parts
   */
  constructor({ store, file, indexPath, size, index, nextOffset, isIndexed }) {
    this.#store = store;
    this.#file = file;
    this.#indexPath = indexPath;
    this.#size = size;
    this.#index = index;
    this.#nextOffset = nextOffset;
    this.#isIndexed = isIndexed;
  }

  get size() {
    return this.#size;
  }

  /** The offset of the message that comes after the last one here. */
  get nextOffset() {
    return this.#nextOffset;
  }

  /**
   * Writes batches, without a sync.
   * @param {readonly RecordBatch[]} batches
   */
  async append(batches) {
    this.#isIndexed = false;
    await this.#file.append(batches.flatMap(({ header, body }) => [header, body]));
    for (const { firstOffset, count, body } of batches) {
      this.#index.add(firstOffset, this.#size);
      this.#size += headerBytes + body.length;
      this.#nextOffset = firstOffset + count;
    }
  }

  sync() {
    return this.#file.sync();
  }

  /**
   * The batches from the one with `offset` on, up to `maxBytes` or a little more, one at least.
   * @param {number} offset
   * @param {number} maxBytes
   * @returns {Promise<RecordBatch[]>}
   */
  async read(offset, maxBytes) {
    /** @type {RecordBatch[]} */
    const batches = [];
    const end = this.#size; // more may come while this reads
    let position = this.#index.positionBefore(offset);
    const usual = Math.min(Math.max(maxBytes, chunkBytes.least), chunkBytes.most);
    let length = usual;
    for (let bytes = 0; position < end && bytes < maxBytes; ) {
      const chunk = await this.#file.read(position, Math.min(length, end - position));
      const { found, passed } = readBatches(chunk, offset, maxBytes - bytes);
      if (passed === 0) {
        const wanted = batchBytes(chunk, 0) ?? headerBytes;
        if (wanted <= chunk.length) throw new Error(`the batch at byte ${position} is damaged`);
        length = wanted;
        continue;
      }
      batches.push(...found);
      bytes += found.reduce((sum, { body }) => sum + body.length, 0);
      position += passed;
      length = usual;
    }
    return batches;
  }

  /**
   * Writes the index, so that the next start need not read the segment through. It is not synced, since that would make
   * the stop longer: one that is torn or missing is found by its checksum, and made again.
   */
  async writeIndex() {
    if (this.#isIndexed) return;
    await this.#store.write(this.#indexPath, this.#index.encode(this.#size, this.#nextOffset));
    this.#isIndexed = true;
  }

  close() {
    return this.#file.close();
  }
}

/** Names that sort as their offsets do. @param {number} firstOffset */
function fileName(firstOffset) {
  return String(firstOffset).padStart(20, '0');
}

/**
 * Reads a segment from its begin to its end, or to the first batch that is not whole or not the next.
 * @param {import('./file-store.mjs').StoredFile} file
 * @param {number} size
 * @param {number} firstOffset
 */
async function scan(file, size, firstOffset) {
  const index = new SegmentIndex();
  const bytes = await file.read(0, size);
  let nextOffset = firstOffset;
  let wholeBytes = 0;
  for (;;) {
    const batch = decodeBatch(bytes, wholeBytes);
    if (batch === undefined || batch.firstOffset !== nextOffset) return { index, nextOffset, wholeBytes };
    index.add(nextOffset, wholeBytes);
    nextOffset += batch.count;
    wholeBytes += headerBytes + batch.body.length;
  }
}

/**
 * The whole batches in some bytes from `offset` on, up to `maxBytes`, and how far that was.
 * @param {Buffer} chunk
 * @param {number} offset
 * @param {number} maxBytes
 */
function readBatches(chunk, offset, maxBytes) {
  /** @type {RecordBatch[]} */
  const found = [];
  let passed = 0;
  let bytes = 0;
  while (bytes < maxBytes) {
    const batch = decodeBatch(chunk, passed);
    if (batch === undefined) break;
    passed += headerBytes + batch.body.length;
    if (batch.firstOffset + batch.count <= offset) continue;
    found.push(batch);
    bytes += batch.body.length;
  }
  return { found, passed };
}
