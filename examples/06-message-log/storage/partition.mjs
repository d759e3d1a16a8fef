import { createGroupCommit } from '@quiesce/core/group-commit';
import { ConsumerOffsets } from './consumer-offsets.mjs';
import { createBatch, skipMessages } from './record-batch.mjs';
import { SegmentedLog } from './segmented-log.mjs';
import { WriteBuffer } from './write-buffer.mjs';

/** @typedef {import('./record-batch.mjs').RecordBatch} RecordBatch */
/** @typedef {import('./consumer-offsets.mjs').ConsumerOffset} ConsumerOffset */

/** When a producer is told that the log has its messages. @typedef {'synced' | 'buffered'} Acknowledge */

/**
 * What goes to the disk at once.
 * @typedef {{ batches: readonly RecordBatch[], offsets: readonly ConsumerOffset[] }} Write
 */

/**
 * @typedef {import('./segmented-log.mjs').Place & { acknowledge: Acknowledge, flushBytes: number, flushMs: number
 * }} PartitionOptions `flushBytes`, `flushMs`: how much is buffered, and for how long, before it is written and synced
 */

/**
 * One partition of a topic: messages in an order that stays, and how far each consumer has come.
 *
 * ```
 *   synced     append ─▶ group commit: write, sync ─▶ acknowledged
 *   buffered   append ─▶ acknowledged;  every flushMs, at flushBytes, from announce on ─▶ group commit
 * ```
 */
export class Partition {
  #log;
  #consumers;
  #commit;
  #buffer;
  /** The offset up to which a sync has made everything durable. */
  #durable;
  #next;
  /** @type {number | undefined} */
  #durableBeforeStop;
  #isClosed = false;
  #mayWait = true;
  /** @type {Set<() => void>} */
  #waiting = new Set();

  /** @param {PartitionOptions} options */
  static async open(options) {
    const consumers = await ConsumerOffsets.open(options.store, options.folder, options.warn);
    return new Partition(await SegmentedLog.open(options), consumers, options);
  }

  /**
   * @param {SegmentedLog} log
   * @param {ConsumerOffsets} consumers
   * @param {PartitionOptions} options
   */
  constructor(log, consumers, options) {
    this.#log = log;
    this.#consumers = consumers;
    this.#durable = log.nextOffset;
    this.#next = log.nextOffset;
    this.#commit = createGroupCommit({
      write: (/** @type {readonly Write[]} */ writes) => this.#write(writes),
      sync: () => this.#sync(),
    });
    const { acknowledge, flushBytes, flushMs, warn, folder } = options;
    this.#buffer =
      acknowledge === 'buffered'
        ? new WriteBuffer(this.#commit, { flushBytes, flushMs, failed: (why) => warn(`${folder}: ${why}`) })
        : undefined;
  }

  /**
   * Appends messages; resolves with the offset of the first when they are acknowledged.
   * @param {Buffer} body
   * @param {number} count
   */
  async append(body, count) {
    this.#checkOpen();
    await this.#buffer?.admit();
    this.#checkOpen();
    const batch = createBatch(this.#next, count, body);
    if (this.#buffer === undefined) return this.#appendSynced(batch);
    this.#buffer.add({ batches: [batch], offsets: [] });
    this.#next += count;
    this.#wakeWaiting();
    return batch.firstOffset;
  }

  /**
   * The messages from `offset` on, as far as they are acknowledged: up to `maxBytes`, or a batch more.
   * @param {number} offset
   * @param {number} maxBytes
   */
  async read(offset, maxBytes) {
    const isDurable = offset < this.#durable;
    const batches = isDurable
      ? await this.#readDurable(offset, maxBytes)
      : this.#readBuffered(offset, maxBytes);
    const [first] = batches;
    if (first === undefined) return { count: 0, bodies: [] };
    const skipped = offset - first.firstOffset;
    const count = batches.reduce((sum, batch) => sum + batch.count, -skipped);
    const bodies = batches.map(({ body }) => body);
    return { count, bodies: [skipMessages(first.body, skipped), ...bodies.slice(1)] };
  }

  /**
   * Resolves when there is something at `offset`, or nobody waits any more.
   * @param {number} offset
   * @param {number} waitMs
   */
  async waitFor(offset, waitMs) {
    if (waitMs <= 0 || !this.#mayWait || offset < this.#readable) return;
    await new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
      const wake = () => {
        if (this.#mayWait && offset >= this.#readable && performance.now() < endMs) return;
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const endMs = performance.now() + waitMs;
      const timer = setTimeout(() => wake(), waitMs + 1);
      this.#waiting.add(wake);
    });
  }

  /** Lets go of all who wait for messages that may never come: the service stops. */
  releaseWaiting() {
    this.#mayWait = false;
    this.#wakeWaiting();
  }

  /** @param {string} consumer */
  consumerOffset(consumer) {
    return this.#consumers.get(consumer);
  }

  /** Stores how far a consumer has come, as durably as the topic's messages. @param {ConsumerOffset} record */
  async storeConsumerOffset(record) {
    this.#checkOpen();
    this.#consumers.set(record);
    if (this.#buffer === undefined) await this.#commit.append({ batches: [], offsets: [record] });
    else this.#buffer.add({ batches: [], offsets: [record] });
  }

  /** Begins to write what was acknowledged from memory, so that `persist` has less to do. */
  beginWriting() {
    this.#durableBeforeStop ??= this.#durable;
    this.#buffer?.begin();
  }

  /**
   * Takes nothing any more, and resolves when everything that was ever acknowledged is on the disk.
   * @returns {Promise<number>} how many messages were made durable since the stop began
   */
  async persist() {
    this.#isClosed = true;
    this.releaseWaiting();
    this.#durableBeforeStop ??= this.#durable;
    await this.#buffer?.flush();
    await this.#commit.barrier();
    await this.#log.writeIndex();
    return this.#next - this.#durableBeforeStop;
  }

  async close() {
    await Promise.all([this.#log.close(), this.#consumers.close()]);
  }

  /** The offset up to which messages are acknowledged. */
  get #readable() {
    return this.#buffer === undefined ? this.#durable : this.#next;
  }

  /** @param {RecordBatch} batch */
  async #appendSynced(batch) {
    this.#next += batch.count;
    await this.#commit.append({ batches: [batch], offsets: [] });
    this.#wakeWaiting();
    return batch.firstOffset;
  }

  /**
   * @param {number} offset
   * @param {number} maxBytes
   */
  async #readDurable(offset, maxBytes) {
    const durable = this.#durable;
    const batches = await this.#log.read(offset, maxBytes);
    return batches.filter(({ firstOffset }) => firstOffset < durable); // what comes after may be unsynced
  }

  /**
   * @param {number} offset
   * @param {number} maxBytes
   */
  #readBuffered(offset, maxBytes) {
    const buffered = this.#buffer?.batches ?? [];
    return upTo(
      buffered.filter(({ firstOffset, count }) => firstOffset + count > offset),
      maxBytes,
    );
  }

  /** @param {readonly Write[]} writes */
  async #write(writes) {
    const batches = writes.flatMap((write) => write.batches);
    const offsets = writes.flatMap((write) => write.offsets);
    if (batches.length > 0) await this.#log.append(batches);
    if (offsets.length > 0) await this.#consumers.append(offsets);
  }

  async #sync() {
    await Promise.all([this.#log.sync(), this.#consumers.sync()]);
    this.#durable = this.#log.nextOffset;
  }

  #checkOpen() {
    if (this.#isClosed) throw new Error('the service stops');
  }

  #wakeWaiting() {
    for (const wake of this.#waiting) wake();
  }
}

/**
 * As many of the batches as have `maxBytes`, one at least.
 * @param {readonly RecordBatch[]} batches
 * @param {number} maxBytes
 */
function upTo(batches, maxBytes) {
  let bytes = 0;
  const end = batches.findIndex(({ body }) => (bytes += body.length) >= maxBytes);
  return end < 0 ? batches : batches.slice(0, end + 1);
}
