import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Problem } from './problem.js';

/** For every answer: it is of this moment, and what it is said to be. */
const standardHeaders = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } as const;

/** Answers with a text that is whole. Does nothing when an answer has begun, or nobody is there any more. */
export function sendText(
  response: ServerResponse,
  status: number,
  contentType: string,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    ...standardHeaders,
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Answers with a value as JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  sendText(response, status, 'application/json', `${JSON.stringify(value)}\n`, headers);
}

/** Answers with a problem. */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  const text = `${JSON.stringify(problem.toDetails())}\n`;
  sendText(response, problem.status, 'application/problem+json', text, problem.headers);
}

/** Begins an answer that is written piece by piece. */
export function beginStream(response: ServerResponse, contentType: string): void {
  // A proxy that keeps events back makes them useless; nginx is told by the third.
  response.writeHead(200, { ...standardHeaders, 'Content-Type': contentType, 'X-Accel-Buffering': 'no' });
  response.flushHeaders();
}

/** An answer is over when its bytes are with the system, which delivers them also when the process has ended. */
export function whenOver(response: ServerResponse): Promise<void> {
  if (response.writableFinished || response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    response.once('finish', resolve).once('close', resolve);
  });
}
