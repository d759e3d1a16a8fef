import { once } from 'node:events';
import { request as createRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** @typedef {import('node:http').ClientRequest} ClientRequest */
/** @typedef {import('node:http').IncomingMessage} IncomingMessage */

/**
 * One request. `send` writes its body and ends it, at its own speed; `receive` reads the whole answer, at its own.
 * @typedef {object} Question
 * @property {string} [method]
 * @property {string} path
 * @property {import('node:http').Agent | false} [agent] false: a connection of its own
 * @property {(request: ClientRequest) => unknown} [send]
 * @property {(response: IncomingMessage) => Promise<Buffer>} [receive]
 */

/**
 * What came of a request. `refused`: there was no connection, so the service never saw it. `unanswered`: there was a
 * connection, and no complete answer.
 * @typedef {{ outcome: 'answered', status: number, headers: NodeJS.Dict<string | string[]>, body: Buffer }
 *   | { outcome: 'refused' } | { outcome: 'unanswered', how: string }} Result
 */

/** Longer than any answer takes, in milliseconds; what takes longer was forgotten by the service. */
const patienceMs = 10_000;

/** What connect(2) fails with when nobody takes the connection. Anything else is a fault of the load itself. */
const refusals = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT']);

/**
 * Sends one request, once, and never again by itself.
 * @param {{ hostname: string, port: string }} target
 * @param {Question} question
 * @returns {Promise<Result>}
 */
export async function ask({ hostname, port }, question) {
  const { method = 'GET', path, agent = false, send = end, receive = buffer } = question;
  const request = createRequest({ host: hostname, port, method, path, agent, timeout: patienceMs });
  const connection = watchConnection(request);
  request.on('error', () => {}); // a slow body may meet a closed connection after the answer has come
  request.on('timeout', () => request.destroy(new Error('no answer in time')));
  try {
    const responded = once(request, 'response');
    void send(request);
    const [response] = /** @type {[IncomingMessage]} */ (await responded);
    const body = await receive(response);
    return { outcome: 'answered', status: response.statusCode ?? 0, headers: response.headers, body };
  } catch (error) {
    const code = toCode(error);
    const which = request.reusedSocket ? 'kept' : 'new';
    if (connection.established) return { outcome: 'unanswered', how: `${code} on a ${which} connection` };
    if (refusals.has(code)) return { outcome: 'refused' };
    throw error;
  }
}

/** @param {ClientRequest} request */
function end(request) {
  request.end();
}

/** @param {ClientRequest} request */
function watchConnection(request) {
  const connection = { established: false };
  request.once('socket', (socket) => {
    if (!socket.connecting) connection.established = true;
    else socket.once('connect', () => (connection.established = true));
  });
  return connection;
}

/** @param {unknown} error */
function toCode(error) {
  if (!(error instanceof Error)) return String(error);
  return /** @type {NodeJS.ErrnoException} */ (error).code ?? error.message;
}
