import { IncomingMessage, ServerResponse } from 'node:http';
import { type Server, Socket } from 'node:net';

/** A connection as Node.js itself lists it. */
export interface ListedConnection {
  readonly socket: Socket;
  /** What it is answering now. */
  readonly response: ServerResponse | undefined;
}

/** The open HTTP connections of a server. */
export interface ConnectionList {
  all(): readonly ListedConnection[];
}

/**
 * The list that Node.js (18 to 26) keeps for `closeIdleConnections()`, where only a look at its own fields finds it; a
 * list of our own would make every idle connection heavier. `undefined` for a server that has never listened.
 */
export function findConnectionList(server: Server): ConnectionList | undefined {
  if (!keepsResponses()) return undefined;
  const key = Object.getOwnPropertySymbols(server).find(
    ({ description }) => description === 'http.server.connections',
  );
  const list: unknown = key === undefined ? undefined : Reflect.get(server, key);
  const all = readField(list, 'all');
  if (typeof all !== 'function') return undefined;
  return { all: () => readSockets(Reflect.apply(all, list, [])) };
}

/** What Node.js (0.12 to 26) is answering on a socket now; further ones wait for their turn where nobody sees them. */
export function responseOn(
  socket: Socket & { readonly _httpMessage?: ServerResponse | null },
): ServerResponse | undefined {
  return socket._httpMessage ?? undefined;
}

let isKept: boolean | undefined;

/** Whether this version of Node.js still keeps it there. */
function keepsResponses(): boolean {
  if (isKept !== undefined) return isKept;
  const socket = new Socket();
  const response = new ServerResponse(new IncomingMessage(socket));
  response.assignSocket(socket);
  isKept = responseOn(socket) === response;
  socket.destroy();
  return isKept;
}

/** The list has parsers, and each its socket. */
function readSockets(parsers: unknown): readonly ListedConnection[] {
  if (!Array.isArray(parsers)) return [];
  return parsers.flatMap((parser: unknown) => {
    const socket = readField(parser, 'socket');
    if (!(socket instanceof Socket)) return [];
    return [{ socket, response: responseOn(socket) }];
  });
}

function readField(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
}
