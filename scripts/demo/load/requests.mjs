import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { joinMessages, splitMessages } from '../../../examples/06-message-log/storage/record-batch.mjs';
import { ask } from './ask.mjs';
import { count } from './tally.mjs';

/** @typedef {import('./ask.mjs').Result} Result */
/** @typedef {import('node:http').Agent | false} Connection an agent with one connection at a time, or a new one */

/**
 * What all clients of one load share.
 * @typedef {object} Session
 * @property {URL} target
 * @property {import('./tally.mjs').Tally} tally
 * @property {import('./message-book.mjs').MessageBook} book
 * @property {AbortSignal} finishing aborts when no new request is to be sent
 */

/**
 * Sends one request, checks its answer byte by byte and counts what came of it.
 * @typedef {(session: Session, connection: Connection) => Promise<Result>} Request
 */

const chunkBytes = 16 * 1024;
const chunksOfUpload = 40;
/** How long slow clients take to write a chunk of an upload, and to read one of a download, in milliseconds. */
const uploadPaceMs = 35;
const downloadPaceMs = 12;
const waitMs = { least: 200, most: 1_500 };
/** How large the message is that is downloaded, in bytes: more than the kernel takes at once. */
const archiveBytes = 6 * 1024 * 1024;
const noSuchOffset = 2 ** 40;
/** Longer messages are for slow downloads. */
const mostBytesConsumed = 1_024;

/** The topics of the demo, and when their producers are told that the log has their messages. */
const topics = {
  events: { partitions: 4, acknowledge: 'buffered' },
  orders: { partitions: 2, acknowledge: 'synced' },
  archive: { partitions: 1, acknowledge: 'synced' },
};
const archive = '/topics/archive/partitions/0/messages';

/**
 * Makes the topics, and puts something into each of them: consumers need something to read.
 * @param {Session} session
 */
export async function prepare(session) {
  for (const [topic, settings] of Object.entries(topics)) {
    const send = (/** @type {import('./ask.mjs').ClientRequest} */ request) =>
      request.end(JSON.stringify(settings));
    const result = await ask(session.target, { method: 'PUT', path: `/topics/${topic}`, send });
    count(session.tally, result, isOk(result, 201));
  }
  await append(session, false, 'archive', [randomBytes(archiveBytes)]);
  await produceSynced(session, false);
}

/** @type {Request} */
export function produceBuffered(session, agent) {
  return append(session, agent, 'events', someMessages());
}

/** @type {Request} */
export function produceSynced(session, agent) {
  return append(session, agent, 'orders', someMessages());
}

/** @type {Request} */
export async function consume(session, agent) {
  const { topic, partition, offset, messages } = session.book.pick();
  const [first] = messages;
  const path = `/topics/${topic}/partitions/${partition}/messages?offset=${offset}&maxBytes=1`;
  if (first === undefined || first.length > mostBytesConsumed) return consume(session, agent);
  const result = await ask(session.target, { path, agent });
  count(session.tally, result, isOk(result) && splitMessages(result.body)[0]?.equals(first) === true);
  return result;
}

/** @type {Request} */
export async function waitForMessages(session, agent) {
  const query = `offset=${noSuchOffset}&waitMs=${randomInt(waitMs.least, waitMs.most)}`;
  const path = `/topics/events/partitions/0/messages?${query}`;
  const result = await ask(session.target, { path, agent });
  count(session.tally, result, isOk(result) && result.body.length === 0);
  return result;
}

/** @type {Request} */
export function upload(session, agent) {
  const message = randomBytes(chunkBytes * chunksOfUpload);
  return append(session, agent, 'orders', [message], async (request, body) => {
    const nextStep = createPacer(uploadPaceMs);
    for (let at = 0; at < body.length; at += chunkBytes) {
      request.write(body.subarray(at, at + chunkBytes));
      await nextStep();
    }
    request.end();
  });
}

/** @type {Request} */
export async function download(session, agent) {
  /** @type {Buffer[]} */
  const chunks = [];
  const result = await ask(session.target, {
    path: `${archive}?offset=0&maxBytes=1`,
    agent,
    async receive(response) {
      const nextStep = createPacer(downloadPaceMs);
      for await (const chunk of response) {
        chunks.push(chunk);
        await nextStep();
      }
      return Buffer.alloc(0);
    },
  });
  const [message] = session.book.entries[0]?.messages ?? [];
  count(
    session.tally,
    result,
    isOk(result) && splitMessages(Buffer.concat(chunks))[0]?.equals(message ?? Buffer.alloc(0)) === true,
  );
  return result;
}

/**
 * @param {Session} session
 * @param {Connection} agent
 * @param {string} topic
 * @param {readonly Buffer[]} messages
 * @param {(request: import('./ask.mjs').ClientRequest, body: Buffer) => unknown} [send]
 */
async function append(
  { target, book, tally },
  agent,
  topic,
  messages,
  send = (request, body) => request.end(body),
) {
  const body = joinMessages(messages);
  const result = await ask(target, {
    method: 'POST',
    path: `/topics/${topic}/messages`,
    agent,
    send: (request) => send(request, body),
  });
  const isAcknowledged = isOk(result, 201) && book.add({ topic, messages, ...readJson(result.body) });
  count(tally, result, isAcknowledged);
  tally.acknowledged = book.size;
  return result;
}

function someMessages() {
  return Array.from({ length: randomInt(1, 20) }, () => randomBytes(randomInt(64, 640)));
}

/**
 * Makes steps at an even pace: one that comes late is followed by the next at once, so that a busy machine does not
 * make a slow client still slower.
 * @param {number} paceMs
 */
function createPacer(paceMs) {
  let nextAt = performance.now();
  return () => {
    nextAt += paceMs;
    return delay(Math.max(0, nextAt - performance.now()));
  };
}

/**
 * @param {Result} result
 * @returns {result is Extract<Result, { outcome: 'answered' }>}
 */
function isOk(result, status = 200) {
  return result.outcome === 'answered' && result.status === status;
}

/** @param {Buffer} body */
function readJson(body) {
  try {
    return JSON.parse(body.toString());
  } catch {
    return {};
  }
}
