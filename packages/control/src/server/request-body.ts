import type { IncomingMessage } from 'node:http';
import type { Clock } from '@quiesce/core';

/** Why a body was not read to its end. */
export type UnreadReason = 'too-large' | 'incomplete';

/** Whether a request says that it has a body. Source: RFC 9112, section 6.3. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return (length !== undefined && length !== '0') || headers['transfer-encoding'] !== undefined;
}

/** Whether a client sends its body only when it is told to. Source: RFC 9110, section 10.1.1. */
export function awaitsContinue({ headers }: IncomingMessage): boolean {
  return headers.expect?.toLowerCase() === '100-continue';
}

/**
 * Reads a body. When it is too large the rest stays unread: ending the stream would end the connection before it
 * could be answered.
 */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | UnreadReason> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return Promise.resolve('too-large');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (result: Buffer | UnreadReason): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).pause();
      resolve(result);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limitBytes) settle('too-large');
      else chunks.push(chunk);
    };
    const onEnd = (): void => settle(Buffer.concat(chunks));
    const onClose = (): void => settle('incomplete');
    request.on('data', onData).once('end', onEnd).once('close', onClose);
  });
}

/** What is read of a body that nobody wants, in bytes, and for how long, in milliseconds. */
const discardLimits = { bytes: 1_048_576, ms: 1_000 } as const;

/**
 * Reads the rest of a body and drops it, within limits; says whether it is over. Closing a connection with unread data
 * resets it, and the answer is lost on its way. Source: RFC 9112, section 9.6.
 */
export function discardBody(request: IncomingMessage, clock: Clock): Promise<boolean> {
  if (request.complete || request.destroyed || !hasBody(request)) {
    request.resume();
    return Promise.resolve(true);
  }
  // Nobody has told the client to go on: it waits for the answer before it sends anything.
  if (awaitsContinue(request) && request.readableFlowing === null) return Promise.resolve(false);
  return new Promise((resolve) => {
    let size = 0;
    const settle = (isOver: boolean): void => {
      timer.cancel();
      request.off('data', onData).off('end', onEnd).off('close', onEnd);
      resolve(isOver);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > discardLimits.bytes) settle(false);
    };
    const onEnd = (): void => settle(true);
    const timer = clock.setTimer(() => settle(false), discardLimits.ms);
    request.on('data', onData).once('end', onEnd).once('close', onEnd).resume();
  });
}
