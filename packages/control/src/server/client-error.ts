import type { Socket } from 'node:net';
import { Problem, type ProblemCode } from './problem.js';

const codes: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** What a connection is answered whose bytes are no request, or come too slowly. */
export function toClientProblem(error: Error): Problem {
  const code = String(Reflect.get(error, 'code'));
  return new Problem(
    codes[code] ?? 'bad-request',
    'what came is not a request of HTTP/1.1, or not all of it came',
  );
}

/** Writes a problem to a connection on which no answer has begun, and closes it. */
export function writeProblem(socket: Socket, problem: Problem): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = `${JSON.stringify(problem.toDetails())}\n`;
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.toDetails().title}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
