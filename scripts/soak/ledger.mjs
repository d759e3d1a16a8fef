/** @typedef {'synced' | 'buffered'} Topic the soak's topics are called as their messages are acknowledged */

/**
 * Messages that were acknowledged together.
 * @typedef {{ topic: Topic, partition: number, offset: number, messages: readonly Buffer[] }} Acknowledged
 */

/**
 * What is wrong with what was read back.
 * @typedef {object} Findings
 * @property {Record<Topic, number>} lost acknowledged, and not at the offset that was acknowledged
 * @property {number} twice
 * @property {number} torn bytes that no producer has sent
 * @property {number} offsets consumers whose offset is not one that it may be
 */

/** Everything that producers and consumers were told, to be compared with what a log has. */
export class Ledger {
  /** @type {Acknowledged[]} */
  #acknowledged = [];
  /** Whatever was ever sent: what was not acknowledged may be there or not. @type {Set<string>} */
  #sent = new Set();
  /** @type {Map<string, { sent: number, acknowledged: number }>} */
  #consumers = new Map();
  /** @type {Record<Topic, number>} */
  #counts = { synced: 0, buffered: 0 };

  /** @type {Map<Topic, () => void>} */
  #growing = new Map();

  /** How many messages were acknowledged so far. */
  get counts() {
    return this.#counts;
  }

  /** The consumers, each with the partition that it reads. */
  get consumers() {
    return [...this.#consumers.keys()];
  }

  /** @param {readonly Buffer[]} messages */
  send(messages) {
    for (const message of messages) this.#sent.add(message.toString('latin1'));
  }

  /** @param {Acknowledged} entry */
  acknowledge(entry) {
    this.#acknowledged.push(entry);
    this.#counts[entry.topic] += entry.messages.length;
    this.#growing.get(entry.topic)?.();
  }

  /** Resolves at the next acknowledgement in a topic. @param {Topic} topic @returns {Promise<void>} */
  grows(topic) {
    return new Promise((resolve) => {
      this.#growing.set(topic, resolve);
    });
  }

  /**
   * @param {string} path
   * @param {'sent' | 'acknowledged'} what
   * @param {number} offset
   */
  moveConsumer(path, what, offset) {
    const known = this.#consumers.get(path) ?? { sent: -1, acknowledged: -1 };
    this.#consumers.set(path, { ...known, [what]: offset });
  }

  /**
   * Compares. What is lost is forgotten, since its offsets are given to others from now on.
   * @param {ReadonlyMap<string, readonly Buffer[]>} partitions what each partition has, by `topic/partition`
   * @param {ReadonlyMap<string, number | undefined>} consumers
   * @param {boolean} losesBuffered whether buffered consumer offsets may have gone back
   * @returns {Findings}
   */
  compare(partitions, consumers, losesBuffered) {
    return {
      lost: this.#findLost(partitions),
      ...this.#findFalse(partitions),
      offsets: this.#findWrongOffsets(consumers, losesBuffered),
    };
  }

  /** @param {ReadonlyMap<string, readonly Buffer[]>} partitions */
  #findLost(partitions) {
    const lost = { synced: 0, buffered: 0 };
    this.#acknowledged = this.#acknowledged.filter(({ topic, partition, offset, messages }) => {
      const there = partitions.get(`${topic}/${partition}`) ?? [];
      const missing = messages.filter((message, number) => there[offset + number]?.equals(message) !== true);
      lost[topic] += missing.length;
      return missing.length === 0;
    });
    return lost;
  }

  /** @param {ReadonlyMap<string, readonly Buffer[]>} partitions */
  #findFalse(partitions) {
    const seen = new Set();
    let twice = 0;
    let torn = 0;
    for (const message of [...partitions.values()].flat()) {
      const text = message.toString('latin1');
      if (seen.has(text)) twice += 1;
      if (!this.#sent.has(text)) torn += 1;
      seen.add(text);
    }
    return { twice, torn };
  }

  /**
   * @param {ReadonlyMap<string, number | undefined>} offsets
   * @param {boolean} losesBuffered
   */
  #findWrongOffsets(offsets, losesBuffered) {
    let wrong = 0;
    for (const [path, known] of this.#consumers) {
      const offset = offsets.get(path) ?? -1;
      const mayGoBack = losesBuffered && path.startsWith('/topics/buffered/');
      const least = mayGoBack ? -1 : known.acknowledged;
      if (offset < least || offset > known.sent) wrong += 1;
      this.#consumers.set(path, { sent: offset, acknowledged: offset });
    }
    return wrong;
  }
}
