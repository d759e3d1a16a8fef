import { Agent } from 'node:http';
import { joinMessages } from '../../examples/06-message-log/storage/record-batch.mjs';
import { askLog } from './ask-log.mjs';
import { wholeNumber } from './random.mjs';

/** @typedef {import('./ledger.mjs').Ledger} Ledger */
/** @typedef {import('./random.mjs').Random} Random */

/** @type {Readonly<Record<import('./ledger.mjs').Topic, number>>} */
export const topics = { synced: 3, buffered: 3 };

const producersOfTopic = 4;
const consumersOfTopic = 2;

/**
 * Puts load on a log until it takes nothing any more; resolves when every client has met its end.
 * @param {number} port
 * @param {Ledger} ledger
 * @param {Random} random
 * @param {number} run makes its messages unlike those of all other runs
 */
export async function putLoad(port, ledger, random, run) {
  const clients = /** @type {(keyof typeof topics)[]} */ (Object.keys(topics)).flatMap((topic) => [
    ...Array.from({ length: producersOfTopic }, (_, producer) =>
      untilRefused(port, produce(topic, ledger, random, `${run} ${topic} ${producer}`)),
    ),
    ...Array.from({ length: consumersOfTopic }, (_, consumer) =>
      untilRefused(port, consume(`/topics/${topic}/partitions/${consumer}/consumers/soak`, ledger, run)),
    ),
  ]);
  await Promise.all(clients);
}

/** One exchange of a client. @typedef {(target: { port: number, agent: Agent }) => Promise<void>} Exchange */

/**
 * @param {number} port
 * @param {Exchange} exchange
 */
async function untilRefused(port, exchange) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (;;) await exchange({ port, agent });
  } catch {
    // The door is closed, or the answer did not come: nothing was acknowledged.
  } finally {
    agent.destroy();
  }
}

/**
 * @param {import('./ledger.mjs').Topic} topic
 * @param {Ledger} ledger
 * @param {Random} random
 * @param {string} name
 * @returns {Exchange}
 */
function produce(topic, ledger, random, name) {
  let number = 0;
  return async (target) => {
    const messages = Array.from({ length: wholeNumber(random, 1, 20) }, () => {
      number += 1;
      return Buffer.from(`${name} ${number} ${'x'.repeat(wholeNumber(random, 0, 400))}`);
    });
    ledger.send(messages);
    const answer = await askLog(target, 'POST', `/topics/${topic}/messages`, joinMessages(messages));
    if (answer.status !== 201) throw new Error(`answered ${answer.status}`);
    const { partition, offset } = JSON.parse(answer.body.toString());
    ledger.acknowledge({ topic, partition, offset, messages });
  };
}

/**
 * @param {string} path
 * @param {Ledger} ledger
 * @param {number} run
 * @returns {Exchange}
 */
function consume(path, ledger, run) {
  let offset = run * 1_000_000;
  return async (target) => {
    offset += 1;
    ledger.moveConsumer(path, 'sent', offset);
    const answer = await askLog(target, 'PUT', path, JSON.stringify({ offset }));
    if (answer.status !== 204) throw new Error(`answered ${answer.status}`);
    ledger.moveConsumer(path, 'acknowledged', offset);
  };
}
