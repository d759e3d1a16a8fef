import { Agent } from 'node:http';
import { ask } from './ask.mjs';

/**
 * Which of the acknowledged orders the service still has.
 * @typedef {object} ReadBack
 * @property {number} acknowledged
 * @property {number} found byte by byte as it was sent
 * @property {number[]} lost the numbers of the others, as many as are worth showing
 */

const readers = 16;
const shownLost = 10;

/**
 * Asks for every acknowledged order and compares it byte by byte.
 * @param {URL} target
 * @param {import('./order-book.mjs').OrderBook} orders
 * @returns {Promise<ReadBack>}
 */
export async function readBack(target, orders) {
  const agent = new Agent({ keepAlive: true, maxSockets: readers });
  const queue = [...orders.entries];
  /** @type {number[]} */
  const lost = [];
  let found = 0;
  const reader = async () => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const { id, order } = next;
      const result = await ask(target, { path: `/orders/${id}`, agent });
      if (result.outcome === 'answered' && result.status === 200 && result.body.equals(order)) found += 1;
      else lost.push(id);
    }
  };
  await Promise.all(Array.from({ length: readers }, reader));
  agent.destroy();
  return { acknowledged: orders.size, found, lost: lost.toSorted((a, b) => a - b).slice(0, shownLost) };
}
