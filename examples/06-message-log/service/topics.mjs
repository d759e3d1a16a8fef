import { join } from 'node:path';
import { store } from '../storage/file-store.mjs';

/** @typedef {{ partitions: number, acknowledge: import('../storage/partition.mjs').Acknowledge }} Topic */

const mostPartitions = 1_024;

/** Which topics there are, as a file that all shards share. */
export class Topics {
  #path = '';
  /** @type {Map<string, Topic>} */
  #topics = new Map();
  /** @type {Promise<void>} */
  #saving = Promise.resolve();

  /** @param {string} folder created when it is not there */
  async open(folder) {
    await store.createFolder(folder);
    this.#path = join(folder, 'topics.json');
    const content = await store.read(this.#path);
    if (content !== undefined) this.#topics = new Map(Object.entries(JSON.parse(content.toString())));
  }

  /** @param {string} name */
  get(name) {
    return this.#topics.get(name);
  }

  toJSON() {
    return Object.fromEntries(this.#topics);
  }

  /**
   * Adds a topic, durably; one that is there already stays as it is.
   * @param {string} name
   * @param {Topic} topic
   */
  async add(name, topic) {
    if (!this.#topics.has(name)) this.#topics.set(name, topic);
    const save = () => store.replace(this.#path, Buffer.from(JSON.stringify(this)));
    this.#saving = this.#saving.then(save, save);
    await this.#saving;
  }

  /** Resolves when nothing is being written. */
  async saved() {
    await this.#saving;
  }
}

/**
 * What a client has sent as a topic; undefined when it is none.
 * @param {unknown} value
 * @returns {Topic | undefined}
 */
export function parseTopic(value) {
  if (typeof value !== 'object' || value === null) return undefined;
  const { partitions = 1, acknowledge = 'synced' } =
    /** @type {{ partitions?: unknown, acknowledge?: unknown }} */ (value);
  if (acknowledge !== 'synced' && acknowledge !== 'buffered') return undefined;
  if (typeof partitions !== 'number' || !Number.isInteger(partitions)) return undefined;
  return partitions < 1 || partitions > mostPartitions ? undefined : { partitions, acknowledge };
}
