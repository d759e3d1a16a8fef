import { join } from 'node:path';
import { decodeBatch, encodeHeader, headerBytes } from './record-batch.mjs';

/** @typedef {import('./file-store.mjs').FileStore} FileStore */

/** @typedef {{ consumer: string, offset: number }} ConsumerOffset */

/** How many records a file may have for each consumer before it is written anew at a start. */
const worthKeeping = 100;

/** How far each consumer of a partition has come: a file of records in the form of batches, of which the last counts. */
export class ConsumerOffsets {
  #file;
  #known;

  /**
   * @param {FileStore} store
   * @param {string} folder
   * @param {import('./segment.mjs').Warn} warn
   */
  static async open(store, folder, warn) {
    const path = join(folder, 'consumers.log');
    const { known, records, wholeBytes, size } = decode((await store.read(path)) ?? Buffer.alloc(0));
    if (wholeBytes < size)
      warn(`${path}: the record at byte ${wholeBytes} is not whole: ${size - wholeBytes} bytes were cut off`);
    if (wholeBytes < size || records > known.size * worthKeeping) {
      const kept = [...known].map(([consumer, offset]) => ({ consumer, offset }));
      await store.replace(path, Buffer.concat(kept.flatMap(encode)));
    }
    return new ConsumerOffsets(await store.open(path), known);
  }

  /**
   * @param {import('./file-store.mjs').StoredFile} file
   * @param {Map<string, number>} known
   */
  constructor(file, known) {
    this.#file = file;
    this.#known = known;
  }

  /** @param {string} consumer */
  get(consumer) {
    return this.#known.get(consumer);
  }

  /**
   * Takes an offset into memory.
   * @param {ConsumerOffset} record
   */
  set({ consumer, offset }) {
    this.#known.set(consumer, offset);
  }

  /** @param {readonly ConsumerOffset[]} records */
  append(records) {
    return this.#file.append(records.flatMap(encode));
  }

  sync() {
    return this.#file.sync();
  }

  close() {
    return this.#file.close();
  }
}

/** @param {ConsumerOffset} record */
function encode(record) {
  const body = Buffer.from(JSON.stringify(record));
  return [encodeHeader({ firstOffset: 0, count: 1, body }), body];
}

/** @param {Buffer} bytes */
function decode(bytes) {
  /** @type {Map<string, number>} */
  const known = new Map();
  let wholeBytes = 0;
  let records = 0;
  for (let next = decodeBatch(bytes, 0); next !== undefined; next = decodeBatch(bytes, wholeBytes)) {
    /** @type {ConsumerOffset} */
    const { consumer, offset } = JSON.parse(next.body.toString());
    known.set(consumer, offset);
    wholeBytes += headerBytes + next.body.length;
    records += 1;
  }
  return { known, records, wholeBytes, size: bytes.length };
}
