import { Agent } from 'node:http';
import { splitMessages } from '../../examples/06-message-log/storage/record-batch.mjs';
import { askLog } from './ask-log.mjs';

/**
 * Everything a log has: the messages of each partition, and how far each consumer is.
 * @param {number} port
 * @param {Readonly<Record<string, number>>} topics
 * @param {readonly string[]} consumers
 */
export async function readLog(port, topics, consumers) {
  const agent = new Agent({ keepAlive: true });
  const target = { port, agent };
  /** @type {Map<string, Buffer[]>} */
  const partitions = new Map();
  /** @type {Map<string, number | undefined>} */
  const offsets = new Map();
  try {
    for (const [topic, count] of Object.entries(topics)) {
      for (let partition = 0; partition < count; partition += 1) {
        const path = `/topics/${topic}/partitions/${partition}/messages`;
        partitions.set(`${topic}/${partition}`, await readPartition(target, path));
      }
    }
    for (const consumer of consumers) {
      const { status, body } = await askLog(target, 'GET', consumer);
      offsets.set(consumer, status === 200 ? JSON.parse(body.toString()).offset : undefined);
    }
  } finally {
    agent.destroy();
  }
  return { partitions, offsets };
}

/**
 * @param {{ port: number, agent: Agent }} target
 * @param {string} path
 */
async function readPartition(target, path) {
  /** @type {Buffer[]} */
  const messages = [];
  for (;;) {
    const { status, body } = await askLog(target, 'GET', `${path}?offset=${messages.length}`);
    if (status !== 200) throw new Error(`${path} was answered with ${status}: ${body.toString()}`);
    if (body.length === 0) return messages;
    for (const message of splitMessages(body)) messages.push(message);
  }
}
