/** @typedef {import('./partition.mjs').Write} Write */
/** @typedef {import('./record-batch.mjs').RecordBatch} RecordBatch */

/**
 * @typedef {object} WriteBufferOptions
 * @property {number} flushBytes
 * @property {number} flushMs
 * @property {(why: string) => void} failed what was acknowledged could not be written
 */

/**
 * What was acknowledged from memory and is not on the disk yet. Producers wait when it holds twice what is written at
 * once, so that a slow disk slows them down instead of filling the memory.
 */
export class WriteBuffer {
  #commit;
  #options;
  /** @type {Write[]} */
  #unwritten = [];
  #unwrittenBytes = 0;
  /** @type {readonly Write[]} */
  #inFlight = [];
  /** @type {Promise<void> | undefined} */
  #flushing;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  /** @type {unknown} */
  #failure;

  /**
   * @param {import('@quiesce/core/group-commit').GroupCommit<Write>} commit
   * @param {WriteBufferOptions} options
   */
  constructor(commit, options) {
    this.#commit = commit;
    this.#options = options;
  }

  /** The batches that are not on the disk for sure, in their order. @returns {readonly RecordBatch[]} */
  get batches() {
    return [...this.#inFlight, ...this.#unwritten].flatMap(({ batches }) => batches);
  }

  /** Resolves when there is room. */
  async admit() {
    while (this.#unwrittenBytes >= this.#options.flushBytes && this.#flushing !== undefined)
      await this.#flushing;
    if (this.#failure !== undefined)
      throw new Error('the log takes nothing any more', { cause: this.#failure });
  }

  /** @param {Write} write */
  add(write) {
    if (this.#failure !== undefined)
      throw new Error('the log takes nothing any more', { cause: this.#failure });
    this.#unwritten.push(write);
    this.#unwrittenBytes += write.batches.reduce((sum, { body }) => sum + body.length, 0);
    if (this.#unwrittenBytes >= this.#options.flushBytes) this.begin();
    else this.#timer ??= setTimeout(() => this.begin(), this.#options.flushMs);
  }

  /** Begins to write what there is. How that ends, `flush` says. */
  begin() {
    void this.#flushNow().catch(() => {});
  }

  /** Resolves when everything that was added is on the disk. */
  async flush() {
    do await this.#flushNow();
    while (this.#unwritten.length > 0);
  }

  /** Writes what there is, unless a flush runs: then resolves with that one. */
  #flushNow() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing ??= this.#flushAll().finally(() => (this.#flushing = undefined));
    return this.#flushing;
  }

  async #flushAll() {
    this.#inFlight = this.#unwritten;
    this.#unwritten = [];
    this.#unwrittenBytes = 0;
    const batches = this.#inFlight.flatMap((write) => write.batches);
    const offsets = this.#inFlight.flatMap((write) => write.offsets);
    if (this.#inFlight.length === 0) return;
    try {
      await this.#commit.append({ batches, offsets });
    } catch (error) {
      this.#failure = error;
      const count = batches.reduce((sum, batch) => sum + batch.count, 0);
      this.#options.failed(`${count} acknowledged messages could not be written: ${String(error)}`);
      throw error;
    }
    this.#inFlight = [];
    if (this.#unwritten.length > 0 && this.#timer === undefined)
      this.#timer = setTimeout(() => void this.#flushNow().catch(() => {}), this.#options.flushMs);
  }
}
