// The load, as a process of its own. It is told what to do by messages, and it ends when whoever started it is gone.
import { setMaxListeners } from 'node:events';
import { clientKinds } from './clients.mjs';
import { MessageBook } from './message-book.mjs';
import { readBack } from './read-back.mjs';
import { prepare } from './requests.mjs';
import { createTally } from './tally.mjs';

/** @typedef {{ type: 'start' | 'read-back', url: string } | { type: 'finish' }} Order */
/**
 * @typedef {{ type: 'tally', tally: import('./tally.mjs').Tally }
 *   | { type: 'finished', tally: import('./tally.mjs').Tally }
 *   | { type: 'read-back', readBack: import('./read-back.mjs').ReadBack }} Answer
 */

/** How often the load tells how far it is, in milliseconds. */
const tellEveryMs = 50;

const book = new MessageBook();
const tally = createTally();
const finishing = new AbortController();
setMaxListeners(0, finishing.signal); // one for each client that waits for the end
/** @type {Promise<unknown>} */
let clients = Promise.resolve();

process.on('message', (/** @type {Order} */ order) => {
  if (order.type === 'start') clients = start(new URL(order.url));
  else if (order.type === 'finish') void finish();
  else
    void readBack(new URL(order.url), book).then((result) => tell({ type: 'read-back', readBack: result }));
});
process.once('disconnect', () => process.exit());

/** @param {URL} target */
async function start(target) {
  const session = { target, tally, book, finishing: finishing.signal };
  await prepare(session);
  const timer = setInterval(() => tell({ type: 'tally', tally }), tellEveryMs);
  const running = clientKinds.flatMap(({ clients: count, run }) =>
    Array.from({ length: count }, () => run(session)),
  );
  await Promise.all(running);
  clearInterval(timer);
}

async function finish() {
  finishing.abort();
  await clients;
  tell({ type: 'finished', tally });
}

/** @param {Answer} answer */
function tell(answer) {
  process.send?.(answer, undefined, undefined, () => {}); // nobody listens any more: it ends with 'disconnect'
}
