import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  addExchange,
  type Connection,
  connectionKey,
  createConnection,
  exchangesOf,
  removeExchange,
  type Session,
  type TrackedSocket,
} from './connection.js';
import { createIdleForgetter, type ForgetRule, type IdleForgetter } from './idle-forgetter.js';
import type { ConnectionList } from './listed-connections.js';
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
  /**
   * All connections, from `watch` on. Before, only those that Node.js does not list: what is kept of the others hangs
   * on their sockets, and goes with them, or when they have been idle for long. The end of each of these is listened to.
   */
  readonly open: ReadonlySet<Connection>;
  /** Requests whose responses have not been closed. */
  readonly inFlight: number;
  /** Open sockets that have left HTTP behind. */
  readonly upgraded: number;
  /** Requests whose responses have been closed, since the beginning. */
  readonly ended: number;
  observer: ConnectionObserver | undefined;
  /** Begins to keep all connections: a stop has begun. */
  watch(): void;
  add(socket: Socket, isHandshake: boolean): void;
  request(socket: Socket, response: ServerResponse): void;
  /** A response has gone to the kernel, which Node.js tells more cheaply than that it was closed right afterwards. */
  finish(response: ServerResponse): void;
  upgrade(socket: Socket, request: IncomingMessage): void;
  /** A socket speaks another protocol than HTTP/1. */
  host(socket: Socket, session: Session): Connection;
  /** A request came in a session. */
  sessionRequested(): void;
  /** So many requests of a session have ended. */
  sessionAnswered(connection: Connection, count: number): void;
  /** Knows nothing of a connection any more. */
  forget(connection: Connection): void;
  /** Forgets nothing by itself any more, and has no timer. */
  stop(): void;
}

/** What a table needs. */
export interface ConnectionTableOptions {
  /** Milliseconds; called for every request, twice. */
  readonly now: () => number;
  /** Whether the requests of upgraded sockets are asked for later. */
  readonly keepUpgradeRequests: boolean;
  /** The connections that Node.js lists; undefined where it lists none. */
  readonly findList: () => ConnectionList | undefined;
  readonly forgetRule: ForgetRule;
}

/** Where Node.js (0.12 to 26) keeps the length of a body that was sent as one, or announced by its handler. */
interface MeasuredResponse extends ServerResponse {
  readonly _contentLength?: number | null;
}

/** Creates a table without connections. */
export function createConnectionTable(options: ConnectionTableOptions): ConnectionTable {
  return new Table(options);
}

class Table implements ConnectionTable {
  readonly open = new Set<Connection>();
  upgraded = 0;
  ended = 0;
  observer: ConnectionObserver | undefined;
  readonly #now: () => number;
  readonly #keepUpgradeRequests: boolean;
  readonly #findList: () => ConnectionList | undefined;
  /** One listener for all sockets, and one for all responses. */
  readonly #onSocketClose: (this: TrackedSocket) => void;
  readonly #onResponseClose: (this: MeasuredResponse) => void;
  readonly #idleForgetter: IdleForgetter;
  readonly #longIdleMs: number;
  #list: ConnectionList | undefined;
  #isWatching = false;
  #inFlight = 0;

  constructor({ now, keepUpgradeRequests, findList, forgetRule }: ConnectionTableOptions) {
    this.#longIdleMs = forgetRule.afterMs;
    this.#idleForgetter = createIdleForgetter(forgetRule, {
      forget({ socket }: { socket: TrackedSocket }) {
        socket[connectionKey] = undefined; // the property stays: to delete it would make every later access slower
      },
      gone: (connection) => this.#drop(connection),
    });
    this.#now = now;
    this.#keepUpgradeRequests = keepUpgradeRequests;
    this.#findList = findList;
    const forget = (connection: Connection): void => this.forget(connection);
    const end = (response: MeasuredResponse): void => this.#end(response);
    this.#onSocketClose = function () {
      if (this[connectionKey] !== undefined) forget(this[connectionKey]);
    };
    this.#onResponseClose = function () {
      end(this);
    };
    this.#list = findList();
    for (const { socket, response } of this.#list?.all() ?? []) {
      this.add(socket, false);
      if (response !== undefined) this.request(socket, response);
    }
  }

  get inFlight(): number {
    if (!this.#isWatching) this.#idleForgetter.findGone();
    return this.#inFlight;
  }

  watch(): void {
    if (this.#isWatching) return;
    this.#idleForgetter.findGone();
    this.#isWatching = true;
    this.#idleForgetter.stop();
    this.#list ??= this.#findList();
    for (const { socket } of this.#list?.all() ?? []) this.#follow(this.#recall(socket));
    for (const connection of this.open) {
      for (const { response } of exchangesOf(connection)) response.on('close', this.#onResponseClose);
    }
  }

  stop(): void {
    this.#idleForgetter.stop();
  }

  add(socket: TrackedSocket, isHandshake: boolean): void {
    const known = socket[connectionKey];
    // A session is known before its connection is told of.
    const isHosted = known !== undefined && this.open.has(known);
    const connection = isHosted ? known : this.#create(socket, isHandshake);
    this.observer?.opened(connection);
  }

  request(socket: TrackedSocket, response: ServerResponse): void {
    const connection = this.#connectionOf(socket);
    addExchange(connection, response, this.#now());
    this.#inFlight += 1;
    if (this.#isWatching) response.on('close', this.#onResponseClose);
    this.observer?.requested(connection);
  }

  finish(response: ServerResponse): void {
    if (!this.#isWatching) this.#end(response);
  }

  upgrade(socket: TrackedSocket, request: IncomingMessage): void {
    const connection = this.#connectionOf(socket);
    connection.upgrade = {
      name: nameRequest(request),
      upgradedAtMs: this.#now(),
      request: this.#keepUpgradeRequests ? request : undefined,
    };
    this.upgraded += 1;
    this.#follow(connection);
    this.observer?.upgraded(connection);
  }

  host(socket: TrackedSocket, session: Session): Connection {
    const connection = this.#connectionOf(socket);
    connection.upgrade = { name: '', upgradedAtMs: this.#now(), request: undefined, session };
    this.#follow(connection);
    return connection;
  }

  sessionRequested(): void {
    this.#inFlight += 1;
  }

  sessionAnswered(connection: Connection, count: number): void {
    this.#inFlight -= count;
    this.ended += count;
    this.observer?.answered(connection);
  }

  forget(connection: Connection): void {
    this.#drop(connection);
    if (!this.open.delete(connection)) return;
    if (connection.upgrade !== undefined && connection.upgrade.session === undefined) this.upgraded -= 1;
    this.observer?.closed(connection);
  }

  #connectionOf(socket: TrackedSocket): Connection {
    return socket[connectionKey] ?? this.#create(socket, false);
  }

  /** One that was forgotten has been idle for long, and has been answered to the end. */
  #recall(socket: TrackedSocket): Connection {
    if (socket[connectionKey] !== undefined) return socket[connectionKey];
    const connection = this.#create(socket, false);
    connection.idleSinceMs -= this.#longIdleMs + 1;
    connection.answerBytes = 0;
    return connection;
  }

  #create(socket: TrackedSocket, isHandshake: boolean): Connection {
    const connection = createConnection(socket, this.#now(), isHandshake);
    socket[connectionKey] = connection;
    this.#list ??= this.#findList();
    if (this.#isWatching || isHandshake || this.#list === undefined) this.#follow(connection);
    else this.#idleForgetter.add(connection);
    return connection;
  }

  /** Keeps a connection until its socket is closed. */
  #follow(connection: Connection): void {
    if (this.open.has(connection)) return;
    this.open.add(connection);
    connection.socket.on('close', this.#onSocketClose);
  }

  #end(response: MeasuredResponse): void {
    const connection = (response.req.socket as TrackedSocket)[connectionKey];
    if (connection === undefined || !removeExchange(connection, response)) return;
    connection.idleSinceMs = this.#now();
    connection.answerBytes = response._contentLength ?? undefined;
    this.#inFlight -= 1;
    this.ended += 1;
    if (connection.earlier !== undefined && connection.socket.destroyed) this.#drop(connection);
    this.observer?.answered(connection);
  }

  /** Responses that were waiting for their turn behind another one are not closed by Node.js 20. */
  #drop(connection: Connection): void {
    const unanswered = exchangesOf(connection).length;
    connection.response = undefined;
    connection.earlier = undefined;
    this.#inFlight -= unanswered;
    this.ended += unanswered;
  }
}
