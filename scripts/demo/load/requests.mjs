import { createHash, randomBytes, randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from './ask.mjs';
import { count } from './tally.mjs';

/** @typedef {import('./ask.mjs').Result} Result */
/** @typedef {import('node:http').Agent | false} Connection an agent with one connection at a time, or a new one */

/**
 * What all clients of one load share.
 * @typedef {object} Session
 * @property {URL} target
 * @property {import('./tally.mjs').Tally} tally
 * @property {import('./order-book.mjs').OrderBook} orders
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
const slowMs = { least: 200, most: 1_500 };

/** @type {Request} */
export async function writeOrder(session, agent) {
  const { orders, tally } = session;
  const order = randomBytes(randomInt(64, 640));
  const result = await ask(session.target, {
    method: 'POST',
    path: '/orders',
    agent,
    send: (request) => request.end(order),
  });
  const isAcknowledged = isOk(result, 201) && orders.add(readJson(result.body).id, order);
  count(tally, result, isAcknowledged);
  tally.acknowledged = orders.size;
  return result;
}

/** @type {Request} */
export async function readOrder(session, agent) {
  const { id, order } = session.orders.pick();
  const result = await ask(session.target, { path: `/orders/${id}`, agent });
  count(session.tally, result, isOk(result) && result.body.equals(order));
  return result;
}

/** @type {Request} */
export async function askSlowly(session, agent) {
  const path = `/slow?ms=${randomInt(slowMs.least, slowMs.most)}`;
  const result = await ask(session.target, { path, agent });
  count(session.tally, result, isOk(result));
  return result;
}

/** @type {Request} */
export async function upload(session, agent) {
  const chunks = Array.from({ length: chunksOfUpload }, () => randomBytes(chunkBytes));
  const result = await ask(session.target, {
    method: 'PUT',
    path: '/upload',
    agent,
    async send(request) {
      const nextStep = createPacer(uploadPaceMs);
      for (const chunk of chunks) {
        request.write(chunk);
        await nextStep();
      }
      request.end();
    },
  });
  count(session.tally, result, isOk(result) && readJson(result.body).sha256 === sha256(chunks));
  return result;
}

/** @type {Request} */
export async function download(session, agent) {
  /** @type {Buffer[]} */
  const chunks = [];
  const result = await ask(session.target, {
    path: '/catalogue',
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
  count(
    session.tally,
    result,
    isOk(result) && result.headers['content-digest'] === `sha-256=:${sha256(chunks)}:`,
  );
  return result;
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

/** @param {readonly Buffer[]} chunks */
function sha256(chunks) {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('base64');
}
