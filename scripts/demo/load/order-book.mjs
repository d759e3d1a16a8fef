/** Every order that was acknowledged, so that each can be asked for again. */
export class OrderBook {
  /** @type {{ id: number, order: Buffer }[]} */
  #entries = [];
  /** @type {Set<number>} */
  #ids = new Set();

  get size() {
    return this.#entries.length;
  }

  /** @returns {readonly { id: number, order: Buffer }[]} */
  get entries() {
    return this.#entries;
  }

  /**
   * Takes down an acknowledged order; false when the number was given to another one before.
   * @param {number} id
   * @param {Buffer} order
   */
  add(id, order) {
    if (!Number.isInteger(id) || this.#ids.has(id)) return false;
    this.#ids.add(id);
    this.#entries.push({ id, order });
    return true;
  }

  /** Any one of them. */
  pick() {
    const entry = this.#entries[Math.floor(Math.random() * this.#entries.length)];
    if (entry === undefined) throw new Error('no order was acknowledged yet');
    return entry;
  }
}
