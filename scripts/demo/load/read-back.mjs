import { Agent } from 'node:http';
import { splitMessages } from '../../../examples/06-message-log/storage/record-batch.mjs';
import { ask } from './ask.mjs';

/**
 * Which of the acknowledged messages the service still has.
 * @typedef {object} ReadBack
 * @property {number} acknowledged
 * @property {number} found at their place, byte by byte as they were sent
 * @property {string[]} lost where the others were, as many as are worth showing
 */

const shownLost = 10;
const bytesAtOnce = 4 * 1024 * 1024;

/**
 * Reads every partition from its begin to its end, and looks for every acknowledged message.
 * @param {URL} target
 * @param {import('./message-book.mjs').MessageBook} book
 * @returns {Promise<ReadBack>}
 */
export async function readBack(target, book) {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  /** @type {Map<string, Promise<Buffer[]>>} */
  const partitions = new Map();
  for (const { topic, partition } of book.entries) {
    const path = `/topics/${topic}/partitions/${partition}/messages`;
    if (!partitions.has(path)) partitions.set(path, readPartition(target, agent, path));
  }
  /** @type {string[]} */
  const lost = [];
  for (const { topic, partition, offset, messages } of book.entries) {
    const there = (await partitions.get(`/topics/${topic}/partitions/${partition}/messages`)) ?? [];
    messages.forEach((message, number) => {
      if (there[offset + number]?.equals(message) !== true)
        lost.push(`${topic}/${partition}@${offset + number}`);
    });
  }
  agent.destroy();
  return { acknowledged: book.size, found: book.size - lost.length, lost: lost.slice(0, shownLost) };
}

/**
 * All messages of a partition, each at its offset.
 * @param {URL} target
 * @param {Agent} agent
 * @param {string} path
 */
async function readPartition(target, agent, path) {
  /** @type {Buffer[]} */
  const messages = [];
  for (;;) {
    const query = `offset=${messages.length}&maxBytes=${bytesAtOnce}`;
    const result = await ask(target, { path: `${path}?${query}`, agent });
    if (result.outcome !== 'answered' || result.status !== 200 || result.body.length === 0) return messages;
    messages.push(...splitMessages(result.body));
  }
}
