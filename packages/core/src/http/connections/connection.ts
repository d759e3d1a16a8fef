import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { CutWork } from '../../contract/report.js';

/** A request whose response has not been closed. */
export interface Exchange {
  readonly response: ServerResponse;
  readonly requestedAtMs: number;
}

/** A protocol with a farewell of its own that a connection speaks instead of HTTP/1. */
export interface Session {
  /** How many requests are in flight. */
  readonly inFlight: number;
  /** Tells the peer to go; our side of the socket is ended after the last answer. */
  dismiss(): void;
  /** The requests in flight, which are not followed any more. */
  giveUp(nowMs: number): readonly CutWork[];
}

/** A socket that has left HTTP/1 behind: a WebSocket, a tunnel, an HTTP/2 session. */
export interface Upgrade {
  readonly name: string;
  readonly upgradedAtMs: number;
  /** Kept only for those who asked to be told of upgraded sockets. */
  readonly request: IncomingMessage | undefined;
  /** Set when the requests on it are what is in flight, and not the socket itself. */
  readonly session?: Session;
}

/** How far a connection that has been told to go has come. */
export interface Departure {
  /** The response that was told to say `Connection: close`, when it would have said `keep-alive`. */
  lastCall: ServerResponse | undefined;
  /** Whether it may be closed at once, as one of very many, when its peer has everything. */
  readonly isQuick: boolean;
  /** Stands between the socket and the HTTP parser. */
  gate: ((chunk: Buffer) => void) | undefined;
  /** When our side was ended, in milliseconds of the clock; undefined while it is open. */
  endedAtMs: number | undefined;
  /** When the peer last sent something after that. */
  heardAtMs: number | undefined;
}

/** What is known of one connection. */
export interface Connection {
  readonly socket: Socket;
  /** Whether TLS has not been agreed on yet. */
  readonly isHandshake: boolean;
  /** The newest response that has not been closed. */
  response: ServerResponse | undefined;
  /** When its request came, in milliseconds of the clock. */
  requestedAtMs: number;
  /** Those before it, oldest first, when the client sends requests without waiting for answers. */
  earlier: Exchange[] | undefined;
  /** When it was accepted, or the last response on it was closed. */
  idleSinceMs: number;
  /** The length of the last answer's body, in bytes; undefined when that is not known. */
  answerBytes: number | undefined;
  upgrade: Upgrade | undefined;
  departure: Departure | undefined;
}

/** Where a socket keeps its connection, if anything is known of it. */
export const connectionKey: unique symbol = Symbol('quiesce.http.connection');

/** A socket that may be known. */
export interface TrackedSocket extends Socket {
  [connectionKey]?: Connection | undefined;
}

/** Where a response keeps when its request came, in milliseconds of the clock. */
export const requestedAtKey: unique symbol = Symbol('quiesce.http.requestedAt');

/** A response that may be followed. */
export interface TrackedResponse extends ServerResponse {
  [requestedAtKey]?: number;
  /** Where Node.js (0.12 to 26) keeps the length of a body that was sent as one, or announced by its handler. */
  readonly _contentLength?: number | null;
}

/** Creates what is kept of a socket that has just been accepted. */
export function createConnection(socket: Socket, nowMs: number, isHandshake: boolean): Connection {
  return {
    socket,
    isHandshake,
    response: undefined,
    requestedAtMs: 0,
    earlier: undefined,
    idleSinceMs: nowMs,
    answerBytes: undefined,
    upgrade: undefined,
    departure: undefined,
  };
}

/** Takes a request in; it is the newest one from now on. */
export function addExchange(connection: Connection, response: ServerResponse, nowMs: number): void {
  if (connection.response !== undefined) {
    connection.earlier ??= [];
    connection.earlier.push({ response: connection.response, requestedAtMs: connection.requestedAtMs });
  }
  connection.response = response;
  connection.requestedAtMs = nowMs;
}

/** Takes a response out. False when it is not one of this connection's. */
export function removeExchange(connection: Connection, response: ServerResponse): boolean {
  if (connection.response === response) {
    connection.response = undefined;
    return true;
  }
  const index = connection.earlier?.findIndex((exchange) => exchange.response === response) ?? -1;
  if (index >= 0) connection.earlier?.splice(index, 1);
  return index >= 0;
}

/** The requests in flight, oldest first. */
export function exchangesOf(connection: Connection): readonly Exchange[] {
  const { response, requestedAtMs, earlier = [] } = connection;
  return response === undefined ? earlier : [...earlier, { response, requestedAtMs }];
}

/** Whether a request is in flight. */
export function isBusy(connection: Connection): boolean {
  return connection.response !== undefined || (connection.earlier?.length ?? 0) > 0;
}
