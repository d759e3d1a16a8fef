import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodeRecords, encodeRecord } from './record-frame.mjs';

/**
 * An append-only log of orders with group commit: an order has its number as soon as it is in memory, and `flush`
 * writes and syncs all that have come since the last one. Whoever ends the process without a flush loses orders that
 * were acknowledged.
 */
export class OrderLog {
  #file;
  #records;
  /** @type {Buffer[]} */
  #unwritten = [];
  #unsynced = 0;
  /** @type {Promise<void>} */
  #flushing = Promise.resolve();
  /** @type {unknown} */
  #failure;

  /**
   * Opens the log, with all orders that are in it.
   * @param {string} path created when it is not there
   */
  static async open(path) {
    const file = await open(path, 'a+');
    const { records, wholeBytes } = decodeRecords(await file.readFile());
    await file.truncate(wholeBytes);
    await syncFolder(dirname(path)); // a new file is lost with its folder's entry, however well it is synced itself
    return new OrderLog(file, records);
  }

  /**
   * @param {import('node:fs/promises').FileHandle} file
   * @param {Buffer[]} records
   */
  constructor(file, records) {
    this.#file = file;
    this.#records = records;
  }

  get length() {
    return this.#records.length;
  }

  /** How many orders would be lost if the process ended now. */
  get unsynced() {
    return this.#unsynced;
  }

  /**
   * Takes an order into memory and gives it its number.
   * @param {Buffer} record
   */
  append(record) {
    if (this.#failure !== undefined)
      throw new Error('the order log takes nothing any more', { cause: this.#failure });
    this.#unwritten.push(encodeRecord(record));
    this.#unsynced += 1;
    return this.#records.push(record);
  }

  /**
   * The order with this number.
   * @param {number} id from 1
   */
  get(id) {
    return this.#records[id - 1];
  }

  /** Resolves when everything appended before the call is on disk. */
  flush() {
    this.#flushing = this.#flushing.then(() => this.#flush());
    this.#flushing.catch(() => {}); // whoever awaits the flush hears of it, and every later one fails as well
    return this.#flushing;
  }

  async close() {
    await this.#file.close();
  }

  async #flush() {
    const batch = this.#unwritten.splice(0);
    if (batch.length === 0) return;
    try {
      await this.#file.appendFile(Buffer.concat(batch));
      await this.#file.datasync();
    } catch (error) {
      this.#failure = error; // what a failed fsync left on disk nobody knows: it must not be tried again (fsync(2))
      throw error;
    }
    this.#unsynced -= batch.length;
  }
}

/** @param {string} path */
async function syncFolder(path) {
  const folder = await open(path, 'r');
  await folder.sync();
  await folder.close();
}
