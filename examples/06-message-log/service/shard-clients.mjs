import { shardGone } from './shard-messages.mjs';

/** @typedef {import('./shard-messages.mjs').Answer} Answer */
/** @typedef {import('./shard-messages.mjs').Question} Question */
/** @typedef {import('node:worker_threads').Worker} Worker */

/** The parent's lines to its shards. A partition belongs to one shard, whatever their number was yesterday. */
export class ShardClients {
  /** @type {ShardClient[]} */
  #clients = [];
  #persisted = 0;

  /** How many messages the shards have written in this stop. */
  get persisted() {
    return this.#persisted;
  }

  /** @param {import('@quiesce/core/shards').SpawnedShard} shard */
  add({ index, worker }) {
    this.#clients[index] = new ShardClient(/** @type {Worker} */ (worker), (count) => {
      this.#persisted += count;
    });
  }

  /**
   * @param {Question} question
   * @returns {Promise<Answer>}
   */
  ask(question) {
    const client = this.#clients[placeOf(question) % this.#clients.length];
    return client === undefined ? Promise.resolve(shardGone) : client.ask(question);
  }
}

class ShardClient {
  #worker;
  /** @type {Map<number, (answer: Answer) => void>} */
  #waiting = new Map();
  #asked = 0;
  #isGone = false;

  /**
   * @param {Worker} worker
   * @param {(count: number) => void} persisted
   */
  constructor(worker, persisted) {
    this.#worker = worker;
    worker.on('message', (message) => {
      if (message.answer !== undefined) this.#settle(message.id, message.answer);
      if (message.persisted !== undefined) persisted(message.persisted);
    });
    worker.on('exit', () => {
      this.#isGone = true;
      for (const id of this.#waiting.keys()) this.#settle(id, shardGone);
    });
  }

  /**
   * @param {Question} question
   * @returns {Promise<Answer>}
   */
  ask(question) {
    if (this.#isGone) return Promise.resolve(shardGone);
    const id = (this.#asked += 1);
    // The bytes of a body are handed over instead of being copied: nobody here needs them any more.
    const transfer = question.type === 'append' ? [/** @type {ArrayBuffer} */ (question.body.buffer)] : [];
    this.#worker.postMessage({ question, id }, transfer);
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
    });
  }

  /**
   * @param {number} id
   * @param {Answer} answer
   */
  #settle(id, answer) {
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }
}

/** Spreads the partitions of a topic evenly, and small topics over all shards (FNV-1a). @param {Question} question */
function placeOf({ topic, partition }) {
  let hash = 0x811c9dc5;
  for (const character of topic) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0) + partition;
}
