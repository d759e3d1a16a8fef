import { joinMessages } from '../storage/record-batch.mjs';

const mostBytes = 8 * 1024 * 1024;

/**
 * Reads a body into memory of its own, so that it can be handed to another thread; undefined when it is too long.
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<{ bytes: Uint8Array, type: string } | undefined>}
 */
export async function readBody(request) {
  /** @type {Buffer[]} */
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= mostBytes) chunks.push(chunk);
  }
  if (length > mostBytes) return undefined;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { bytes, type: request.headers['content-type'] ?? '' };
}

/**
 * Makes messages of lines, for whoever has only curl.
 * @param {Uint8Array} text
 */
export function fromLines(text) {
  const lines = Buffer.from(text).toString().split('\n').filter(Boolean);
  return new Uint8Array(joinMessages(lines.map((line) => Buffer.from(line))));
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {object} [values]
 */
export function reply(response, status, values) {
  const body = values === undefined || status === 204 ? '' : `${JSON.stringify(values)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
