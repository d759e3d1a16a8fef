import { once } from 'node:events';
import { request as createRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';

/**
 * One request to the log; rejects when there is no whole answer.
 * @param {{ port: number, agent: import('node:http').Agent }} target
 * @param {string} method
 * @param {string} path
 * @param {Uint8Array | string} [body]
 */
export async function askLog({ port, agent }, method, path, body) {
  const request = createRequest({ host: '127.0.0.1', port, method, path, agent });
  const answered = once(request, 'response');
  request.end(body);
  const [response] = /** @type {[import('node:http').IncomingMessage]} */ (await answered);
  request.on('error', () => {}); // told by the answer, if it is not whole
  return { status: response.statusCode ?? 0, body: await buffer(response) };
}
