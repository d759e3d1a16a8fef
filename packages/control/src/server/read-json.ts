import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeError } from '../describe-error.js';
import { Problem } from './problem.js';
import { awaitsContinue, hasBody, readBody } from './request-body.js';

/**
 * Reads the body of a request as JSON; undefined when it has none.
 * @throws Problem
 */
export async function readJson(
  request: IncomingMessage,
  response: ServerResponse,
  limitBytes: number,
): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  checkMediaType(request);
  const isTooLarge = Number(request.headers['content-length'] ?? 0) > limitBytes;
  if (!isTooLarge && awaitsContinue(request)) response.writeContinue();
  const body = await readBody(request, limitBytes);
  if (body === 'too-large') throw new Problem('body-too-large', `a body may have ${limitBytes} bytes`);
  if (body === 'incomplete') throw new Problem('bad-request', 'the connection ended before the body did');
  return parseJson(body);
}

function checkMediaType({ headers }: IncomingMessage): void {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const charsets = parameters.map((each) => each.trim()).filter((each) => each.startsWith('charset='));
  const isUtf8 = charsets.every((each) => /^charset="?utf-?8"?$/.test(each));
  const encoding = headers['content-encoding'] ?? 'identity';
  if (type.trim() === 'application/json' && isUtf8 && encoding === 'identity') return;
  throw new Problem(
    'unsupported-media-type',
    'send Content-Type: application/json, in UTF-8 and not compressed',
  );
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Problem('bad-request', `the body is not JSON: ${describeError(error)}`);
  }
}
