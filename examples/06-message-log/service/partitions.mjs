import { join } from 'node:path';
import { Partition } from '../storage/partition.mjs';
import { describeError } from './describe-error.mjs';

/** The partitions of one shard, each opened when it is first asked for. */
export class Partitions {
  #store;
  #settings;
  #warn;
  /** @type {Map<string, Promise<Partition>>} */
  #open = new Map();
  #isStopping = false;

  /**
   * @param {import('../storage/file-store.mjs').FileStore} store
   * @param {import('./settings.mjs').ShardSettings} settings
   * @param {(message: string) => void} warn
   */
  constructor(store, settings, warn) {
    this.#store = store;
    this.#settings = settings;
    this.#warn = warn;
  }

  /**
   * @param {import('./shard-messages.mjs').Target} target
   * @returns {Promise<Partition>}
   */
  get({ topic, partition, acknowledge }) {
    const path = join('topics', topic, String(partition));
    const known = this.#open.get(path);
    if (known !== undefined) return known;
    const opening = this.#openPartition(path, acknowledge);
    this.#open.set(path, opening);
    opening.catch(() => this.#open.delete(path)); // whoever asked hears why; the next one tries again
    return opening;
  }

  /** Begins to write what was acknowledged from memory: the disk works while the rest of the stop goes on. */
  beginWriting() {
    this.#each((partition) => partition.beginWriting());
  }

  /** Answers all who wait for messages to come. */
  releaseWaiting() {
    this.#isStopping = true;
    this.#each((partition) => partition.releaseWaiting());
  }

  /**
   * Makes everything durable that was acknowledged, in all partitions: one that fails keeps none of the others.
   * @returns {Promise<number>} how many messages that were
   */
  async persist() {
    const results = await Promise.all([...this.#open].map(([path, opening]) => persist(path, opening)));
    const errors = results.flatMap((result) => (typeof result === 'number' ? [] : [result]));
    if (errors.length > 0) throw new AggregateError(errors, errors.map(({ message }) => message).join('; '));
    return results.reduce((/** @type {number} */ sum, result) => sum + Number(result), 0);
  }

  async close() {
    await Promise.all([...this.#open.values()].map(async (opening) => (await opening).close()));
  }

  /** @param {(partition: Partition) => void} act */
  #each(act) {
    for (const opening of this.#open.values()) {
      opening.then(act, () => {}); // whoever asked for one that could not be opened has heard of it
    }
  }

  /**
   * @param {string} path
   * @param {import('../storage/partition.mjs').Acknowledge} acknowledge
   */
  async #openPartition(path, acknowledge) {
    const folder = join(this.#settings.folder, path);
    await this.#store.createFolder(folder);
    const { segmentBytes, flushBytes, flushMs } = this.#settings;
    const options = { store: this.#store, warn: this.#warn, folder, segmentBytes, flushBytes, flushMs };
    const partition = await Partition.open({ ...options, acknowledge });
    if (this.#isStopping) partition.releaseWaiting();
    return partition;
  }
}

/**
 * How many messages were made durable, or why not.
 * @param {string} path
 * @param {Promise<Partition>} opening
 * @returns {Promise<number | Error>}
 */
async function persist(path, opening) {
  try {
    return await (await opening).persist();
  } catch (error) {
    return new Error(`${path}: ${describeError(error)}`, { cause: error });
  }
}
