import { ServerResponse } from 'node:http';
import { type Server, Socket } from 'node:net';

/** A connection that was accepted before the server was handed over. */
export interface EarlierConnection {
  readonly socket: Socket;
  /** What it is answering now. */
  readonly response: ServerResponse | undefined;
}

/**
 * The HTTP connections that a server has accepted so far. Node.js (18 to 26) keeps them, for `closeIdleConnections()`,
 * where only a look at its own fields finds them. Should they move, none is found, and a connection is known from
 * its next request on.
 */
export function findEarlierConnections(server: Server): readonly EarlierConnection[] {
  const key = Object.getOwnPropertySymbols(server).find(
    ({ description }) => description === 'http.server.connections',
  );
  const list: unknown = key === undefined ? undefined : Reflect.get(server, key);
  return callAll(list).flatMap((parser) => {
    const socket = readField(parser, 'socket');
    if (!(socket instanceof Socket)) return [];
    const response = readField(socket, '_httpMessage');
    return [{ socket, response: response instanceof ServerResponse ? response : undefined }];
  });
}

function callAll(list: unknown): readonly unknown[] {
  const all = readField(list, 'all');
  const parsers: unknown = typeof all === 'function' ? Reflect.apply(all, list, []) : [];
  return Array.isArray(parsers) ? parsers : [];
}

function readField(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
}
