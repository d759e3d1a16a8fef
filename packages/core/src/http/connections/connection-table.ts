import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../ports/clock.js';
import {
  addExchange,
  type Connection,
  connectionKey,
  createConnection,
  exchangesOf,
  isBusy,
  removeExchange,
  requestedAtKey,
  type Session,
  type TrackedResponse,
  type TrackedSocket,
} from './connection.js';
import { type ConnectionList, type ListedConnection, responseOn } from './listed-connections.js';
import { RecentlyUsed } from './recently-used.js';
import { nameRequest } from './request-name.js';
import { createUpkeep, type Upkeep } from './upkeep.js';

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
   * All connections, from `watch` on. Before, only those that Node.js does not list. The end of each of these is
   * listened to.
   */
  readonly open: ReadonlySet<Connection>;
  /** Requests whose responses have not been closed. */
  readonly inFlight: number;
  /** Open sockets that have left HTTP behind. */
  readonly upgraded: number;
  /** Requests whose responses have been closed, from `watch` on. */
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
  readonly clock: Clock;
  /** A cheaper clock, in whole milliseconds; read for every request, twice. */
  readonly now: () => number;
  /** Whether the requests of upgraded sockets are asked for later. */
  readonly keepUpgradeRequests: boolean;
  /** The connections that Node.js lists; undefined where it lists none. */
  readonly findList: () => ConnectionList | undefined;
  readonly spentRule: SpentRule;
}

/** When nothing needs to be known of an idle connection any more. */
export interface SpentRule {
  /** For how long it must have been idle at least, in milliseconds. So often what is kept is looked at. */
  readonly afterMs: number;
  /** Whether a peer has so many bytes then, for certain. */
  readonly isTaken: (bytes: number) => boolean;
  /** Whether it is certain that its peer has all answers to the end. */
  readonly isSpent: (connection: Connection, nowMs: number) => boolean;
}

/** Creates a table without connections. */
export function createConnectionTable(options: ConnectionTableOptions): ConnectionTable {
  return new Table(options);
}

/**
 * Before a stop nothing is kept of most connections but when they were used, for a moment: Node.js lists them and what is
 * in flight on them. An exception are those with more than one request in flight, and those whose peers may take long to
 * read their answers. From `watch` on all are kept.
 */
class Table implements ConnectionTable {
  readonly open = new Set<Connection>();
  upgraded = 0;
  ended = 0;
  observer: ConnectionObserver | undefined;
  readonly #now: () => number;
  readonly #keepUpgradeRequests: boolean;
  readonly #findList: () => ConnectionList | undefined;
  readonly #spentRule: SpentRule;
  readonly #upkeep: Upkeep;
  /** One listener for all sockets, and one for all responses. */
  readonly #onSocketClose: (this: TrackedSocket) => void;
  readonly #onResponseClose: (this: TrackedResponse) => void;
  readonly #recentlyUsed = new RecentlyUsed();
  /** The exceptions. */
  #kept: Connection[] = [];
  #list: ConnectionList | undefined;
  #isWatching = false;
  /** On the connections that are kept. */
  #inFlight = 0;

  constructor({ clock, now, keepUpgradeRequests, findList, spentRule }: ConnectionTableOptions) {
    this.#now = now;
    this.#keepUpgradeRequests = keepUpgradeRequests;
    this.#findList = findList;
    this.#spentRule = spentRule;
    this.#upkeep = createUpkeep(clock, spentRule.afterMs, (nowMs) => this.#letGo(nowMs));
    const forget = (connection: Connection): void => this.forget(connection);
    const end = (response: TrackedResponse): void => this.#end(response);
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
    if (this.#isWatching) return this.#inFlight;
    this.#dropGone();
    return this.#inFlight + this.#unkept().filter(({ response }) => response !== undefined).length;
  }

  watch(): void {
    if (this.#isWatching) return;
    this.#dropGone();
    this.#list ??= this.#findList();
    const unkept = this.#unkept();
    this.#isWatching = true;
    for (const connection of this.#kept) this.#follow(connection);
    for (const { socket, response } of unkept) {
      const connection = this.#recall(socket, this.#recentlyUsed.lastUse(socket));
      if (response !== undefined) this.#begin(connection, response);
    }
    for (const connection of this.open) {
      for (const { response } of exchangesOf(connection)) response.on('close', this.#onResponseClose);
    }
    this.ended = 0;
    this.stop();
  }

  stop(): void {
    this.#upkeep.stop();
    this.#recentlyUsed.forgetUntil(Number.POSITIVE_INFINITY);
    this.#kept = [];
  }

  add(socket: TrackedSocket, isHandshake: boolean): void {
    const known = socket[connectionKey];
    if (known === undefined && !isHandshake && this.#isListed()) {
      this.#noteUse(socket);
      return;
    }
    // A session is known before its connection is told of.
    const isHosted = known !== undefined && this.open.has(known);
    const connection = isHosted ? known : this.#create(socket, this.#now(), isHandshake);
    this.observer?.opened(connection);
  }

  request(socket: TrackedSocket, response: TrackedResponse): void {
    response[requestedAtKey] = this.#now();
    const connection = socket[connectionKey] ?? this.#keepIfNeeded(socket, response);
    if (connection === undefined) return;
    this.#begin(connection, response);
    if (this.#isWatching) response.on('close', this.#onResponseClose);
    this.observer?.requested(connection);
  }

  finish(response: TrackedResponse): void {
    if (this.#isWatching) return;
    const socket: TrackedSocket = response.req.socket;
    if (socket[connectionKey] === undefined) {
      if (this.#spentRule.isTaken(response._contentLength ?? socket.bytesWritten)) {
        this.#noteUse(socket);
        return;
      }
      this.#connectionOf(socket).answerBytes = response._contentLength ?? undefined;
      return;
    }
    this.#end(response);
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

  /** Whether a connection need not be kept: Node.js lists it, and nobody asks for it yet. */
  #isListed(): boolean {
    if (this.#isWatching) return false;
    this.#list ??= this.#findList();
    return this.#list !== undefined;
  }

  #noteUse(socket: TrackedSocket): void {
    this.#recentlyUsed.note(socket, this.#now());
    this.#upkeep.wake();
  }

  /** What Node.js lists and nothing is kept of. */
  #unkept(): readonly ListedConnection[] {
    const all = this.#list?.all() ?? [];
    return all.filter(({ socket }) => (socket as TrackedSocket)[connectionKey] === undefined);
  }

  /** A connection must be kept when Node.js does not tell of all that is in flight on it. */
  #keepIfNeeded(socket: TrackedSocket, response: ServerResponse): Connection | undefined {
    if (!this.#isListed()) return this.#connectionOf(socket);
    const answering = responseOn(socket);
    if (answering === undefined || answering === response) return undefined;
    const connection = this.#connectionOf(socket);
    this.#begin(connection, answering);
    return connection;
  }

  #connectionOf(socket: TrackedSocket): Connection {
    return socket[connectionKey] ?? this.#create(socket, this.#now(), false);
  }

  /** One of which nothing is known has not been used for long, and its peer has all its answers. */
  #recall(socket: Socket, lastUsedMs: number = this.#now() - this.#spentRule.afterMs - 1): Connection {
    const connection = this.#create(socket, lastUsedMs, false);
    connection.answerBytes = 0;
    return connection;
  }

  #create(socket: TrackedSocket, nowMs: number, isHandshake: boolean): Connection {
    const connection = createConnection(socket, nowMs, isHandshake);
    socket[connectionKey] = connection;
    if (isHandshake || !this.#isListed()) {
      this.#follow(connection);
    } else {
      this.#kept.push(connection);
      this.#upkeep.wake();
    }
    return connection;
  }

  /** Keeps a connection until its socket is closed. */
  #follow(connection: Connection): void {
    if (this.open.has(connection)) return;
    this.open.add(connection);
    connection.socket.on('close', this.#onSocketClose);
  }

  /** Lets go of what is of no interest any more. False when nothing is left. */
  #letGo(nowMs: number): boolean {
    const { afterMs, isSpent } = this.#spentRule;
    this.#recentlyUsed.forgetUntil(nowMs - afterMs);
    this.#dropGone();
    this.#kept = this.#kept.filter((connection) => {
      const isOver = !isBusy(connection) && nowMs - connection.idleSinceMs >= afterMs;
      if (!isOver || !isSpent(connection, nowMs)) return true;
      (connection.socket as TrackedSocket)[connectionKey] = undefined; // to delete it would make every later access slower
      return false;
    });
    return !this.#recentlyUsed.isEmpty || this.#kept.length > 0;
  }

  /** Node.js tells nobody of them without a listener on each. */
  #dropGone(): void {
    this.#kept = this.#kept.filter((connection) => {
      if (connection.socket.destroyed) this.#drop(connection);
      return !connection.socket.destroyed && connection.upgrade === undefined;
    });
  }

  #begin(connection: Connection, response: TrackedResponse): void {
    addExchange(connection, response, response[requestedAtKey] ?? this.#now());
    this.#inFlight += 1;
  }

  #end(response: TrackedResponse): void {
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
