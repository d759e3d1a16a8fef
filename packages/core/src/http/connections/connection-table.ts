import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  addExchange,
  type Connection,
  connectionKey,
  createConnection,
  exchangesOf,
  removeExchange,
  type TrackedSocket,
} from './connection.js';
import { nameRequest } from './request-name.js';

/** Told of what happens on the connections, from the moment a stop begins. */
export interface ConnectionObserver {
  readonly opened: (connection: Connection) => void;
  /** A request came; its handler has not been called. */
  readonly requested: (connection: Connection) => void;
  /** A response was closed: answered, or given up by either side. */
  readonly answered: (connection: Connection) => void;
  readonly upgraded: (connection: Connection) => void;
  readonly closed: (connection: Connection) => void;
}

/** The connections of one server, and how much is in flight on them. */
export interface ConnectionTable {
  readonly open: Set<Connection>;
  /** Requests whose responses have not been closed. */
  inFlight: number;
  /** Open sockets that have left HTTP behind. */
  upgraded: number;
  /** Requests whose responses have been closed, since the beginning. */
  ended: number;
  observer: ConnectionObserver | undefined;
  add(socket: Socket, isHandshake: boolean): Connection;
  request(socket: TrackedSocket, response: ServerResponse): void;
  upgrade(socket: TrackedSocket, request: IncomingMessage): void;
  /** Knows nothing of a connection any more. */
  forget(connection: Connection): void;
}

/** What a table needs. */
export interface ConnectionTableOptions {
  /** Milliseconds; called for every request, twice. */
  readonly now: () => number;
  /** Whether the requests of upgraded sockets are asked for later. */
  readonly keepUpgradeRequests: boolean;
}

/** Where Node.js (0.12 to 26) keeps the length of a body that was sent as one, or announced by its handler. */
interface MeasuredResponse extends ServerResponse {
  readonly _contentLength?: number | null;
}

/** Creates a table without connections. Its listeners are shared by all sockets and responses. */
export function createConnectionTable({ now, keepUpgradeRequests }: ConnectionTableOptions): ConnectionTable {
  function onSocketClose(this: TrackedSocket): void {
    const connection = this[connectionKey];
    if (connection !== undefined) table.forget(connection);
  }
  function onResponseClose(this: MeasuredResponse): void {
    const connection = (this.req.socket as TrackedSocket)[connectionKey];
    if (connection === undefined || !removeExchange(connection, this)) return;
    connection.idleSinceMs = now();
    connection.answerBytes = this._contentLength ?? undefined;
    table.inFlight -= 1;
    table.ended += 1;
    table.observer?.answered(connection);
  }

  const table: ConnectionTable = {
    open: new Set(),
    inFlight: 0,
    upgraded: 0,
    ended: 0,
    observer: undefined,
    add(socket: TrackedSocket, isHandshake) {
      const connection = createConnection(socket, now(), isHandshake);
      socket[connectionKey] = connection;
      table.open.add(connection);
      socket.on('close', onSocketClose);
      table.observer?.opened(connection);
      return connection;
    },
    request(socket, response) {
      const connection = socket[connectionKey] ?? table.add(socket, false);
      addExchange(connection, response, now());
      table.inFlight += 1;
      response.on('close', onResponseClose);
      table.observer?.requested(connection);
    },
    upgrade(socket, request) {
      const connection = socket[connectionKey] ?? table.add(socket, false);
      connection.upgrade = {
        name: nameRequest(request),
        upgradedAtMs: now(),
        request: keepUpgradeRequests ? request : undefined,
      };
      table.upgraded += 1;
      table.observer?.upgraded(connection);
    },
    forget(connection) {
      if (!table.open.delete(connection)) return;
      // Responses that were waiting for their turn behind another are not closed by Node.js 20.
      const unanswered = exchangesOf(connection).length;
      connection.response = undefined;
      connection.earlier = undefined;
      table.inFlight -= unanswered;
      table.ended += unanswered;
      if (connection.upgrade !== undefined) table.upgraded -= 1;
      table.observer?.closed(connection);
    },
  };
  return table;
}
