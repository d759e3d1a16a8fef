import type { Socket } from 'node:net';

/** What a socket's `data` goes through before it comes to the HTTP parser. */
export type RequestGate = (chunk: Buffer) => void;

/**
 * Puts a gate between a socket and the HTTP parser: what arrives while `admits` says no is read and thrown away. A
 * request that can't be answered must not come to its handler either; and a socket that is read to its end is
 * closed without a reset. Public means only: a `data` listener makes Node.js hand the bytes to listeners.
 */
export function gateRequests(socket: Socket, admits: () => boolean): RequestGate {
  const parsers = socket.listeners('data');
  const gate: RequestGate = (chunk) => {
    if (!admits()) return;
    for (const parser of parsers) Reflect.apply(parser, socket, [chunk]);
  };
  socket.on('data', gate);
  for (const parser of parsers) socket.off('data', parser as RequestGate);
  return gate;
}
