/**
 * Messages that were appended together, and acknowledged.
 * @typedef {object} Entry
 * @property {string} topic
 * @property {number} partition
 * @property {number} offset of the first
 * @property {readonly Buffer[]} messages
 */

/** Every message that was acknowledged, so that each can be asked for again. */
export class MessageBook {
  /** @type {Entry[]} */
  #entries = [];
  /** @type {Set<string>} */
  #places = new Set();
  #size = 0;

  /** How many messages there are. */
  get size() {
    return this.#size;
  }

  /** @returns {readonly Entry[]} */
  get entries() {
    return this.#entries;
  }

  /**
   * Takes down acknowledged messages; false when their place was given to others before.
   * @param {Entry} entry
   */
  add(entry) {
    const { topic, partition, offset, messages } = entry;
    const places = messages.map((_, number) => `${topic}/${partition}@${offset + number}`);
    if (!Number.isInteger(offset) || places.some((place) => this.#places.has(place))) return false;
    for (const place of places) this.#places.add(place);
    this.#entries.push(entry);
    this.#size += messages.length;
    return true;
  }

  /** Any of them. */
  pick() {
    const entry = this.#entries[Math.floor(Math.random() * this.#entries.length)];
    if (entry === undefined) throw new Error('no message was acknowledged yet');
    return entry;
  }
}
