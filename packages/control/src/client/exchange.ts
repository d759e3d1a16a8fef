import { Agent, type IncomingMessage, request } from 'node:http';
import { type Clock, systemClock } from '@quiesce/core';
import {
  ControlConnectionLostError,
  ControlDeniedError,
  ControlTimeoutError,
  ControlUnreachableError,
} from '../errors.js';
import type { HttpAddress } from './control-address.js';

/** One request to the endpoint. */
export interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly accept?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** How long the first byte of the answer may take, in milliseconds; undefined for as long as it needs. */
  readonly timeoutMs?: number | undefined;
}

/** An answer whose body has not been read. */
export interface Answer {
  readonly incoming: IncomingMessage;
  readonly address: HttpAddress;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends a request on a connection of its own, so that the end of that connection is news of the process behind it.
 * @throws ControlUnreachableError, ControlDeniedError, ControlConnectionLostError, ControlTimeoutError
 */
export function exchange(address: HttpAddress, what: Exchange, clock: Clock = systemClock): Promise<Answer> {
  const body = what.body === undefined ? undefined : JSON.stringify(what.body);
  return new Promise((resolve, reject) => {
    const agent = new Agent({ keepAlive: false });
    const outgoing = request({
      ...address.options,
      agent,
      method: what.method,
      path: what.path,
      signal: what.signal,
      headers: {
        ...address.options.headers,
        ...what.headers,
        ...(what.accept === undefined ? {} : { Accept: what.accept }),
        ...(body === undefined
          ? {}
          : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
      },
    });
    const { timeoutMs } = what;
    const timer =
      timeoutMs === undefined
        ? undefined
        : clock.setTimer(() => {
            outgoing.destroy(
              new ControlTimeoutError(`${address.inWords} gave no answer within ${timeoutMs} ms`),
            );
          }, timeoutMs);
    let isConnected = false;
    outgoing.on('socket', (socket) => socket.once('connect', () => (isConnected = true)));
    outgoing.once('error', (error) => {
      timer?.cancel();
      reject(toError(error, { address, signal: what.signal }, isConnected));
    });
    outgoing.once('response', (incoming) => {
      timer?.cancel();
      resolve({ incoming, address, signal: what.signal });
    });
    outgoing.end(body);
  });
}

/** Far more than a report of ten thousand components, in bytes: what listens there may not be an endpoint. */
const longestAnswer = 67_108_864;

/** Reads an answer to its end. */
export async function readText(answer: Answer): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.incoming as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > longestAnswer) throw new RangeError('an answer has no end');
      chunks.push(chunk);
    }
  } catch (error) {
    throw lost(answer, error);
  }
  if (!answer.incoming.complete) throw lost(answer, undefined);
  return Buffer.concat(chunks).toString();
}

/** Nobody has answered. Source: connect(2), unix(7). */
const nobody: ReadonlySet<string> = new Set([
  'ENOENT',
  'ECONNREFUSED',
  'ENOTSOCK',
  'ENOTDIR',
  'EHOSTUNREACH',
]);
const denied: ReadonlySet<string> = new Set(['EACCES', 'EPERM']);

function toError(error: Error, exchanged: Pick<Answer, 'address' | 'signal'>, isConnected: boolean): Error {
  const { address, signal } = exchanged;
  if (error instanceof ControlTimeoutError) return error;
  if (signal?.aborted === true) return lost(exchanged, error);
  const code = String(Reflect.get(error, 'code'));
  if (denied.has(code)) {
    return new ControlDeniedError(`${address.inWords} is not open to this user`, { cause: error });
  }
  if (nobody.has(code) || !isConnected) {
    return new ControlUnreachableError(`nobody answers at ${address.inWords} (${code})`, { cause: error });
  }
  return lost(exchanged, error);
}

/** The connection has ended before the answer: by itself, or because the caller meant it to. */
export function lost({ address, signal }: Pick<Answer, 'address' | 'signal'>, cause: unknown): Error {
  if (signal?.aborted === true) return new DOMException('the waiting was ended by its signal', 'AbortError');
  return new ControlConnectionLostError(
    `the connection to ${address.inWords} ended before the answer was complete`,
    { cause },
  );
}
