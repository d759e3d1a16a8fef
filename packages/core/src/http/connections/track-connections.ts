import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { OptionsError } from '../../errors.js';
import { listenAlongside } from './companion-listener.js';
import { connectionKey, type TrackedSocket } from './connection.js';
import type { ConnectionTable } from './connection-table.js';

/**
 * Published for every request before anything else is done with it, whatever becomes of the server's `request`
 * listeners. Source: Node.js diagnostics_channel documentation.
 */
const requestStartChannel = 'http.server.request.start';
/** Published for every response that has gone to the kernel; not for one whose client has gone away. */
const responseFinishChannel = 'http.server.response.finish';
/** What is published on both. */
interface ExchangeMessage {
  readonly server: Server;
  readonly socket: TrackedSocket;
  readonly response: ServerResponse;
}

/** Marks a server whose connections are followed, so that no second component counts them too. */
const trackedKey: unique symbol = Symbol('quiesce.http.tracked');

/**
 * Keeps the table of a server's connections from now on. The returned function ends it.
 * @throws OptionsError when the connections of this server are followed already
 */
export function trackConnections(server: Server, table: ConnectionTable): () => void {
  if (Reflect.has(server, trackedKey)) {
    throw new OptionsError('server', 'must be handed to one component only', server);
  }
  Reflect.set(server, trackedKey, true);
  const undo = [
    () => Reflect.deleteProperty(server, trackedKey),
    followSockets(server, table),
    followRequests(server, table),
    followUpgrades(server, table),
  ];
  return () => {
    for (const each of undo.splice(0)) each();
  };
}

function followSockets(server: Server, table: ConnectionTable): () => void {
  const isTls = 'setSecureContext' in server;
  let tracksHandshakes = isTls;
  const onConnection = (socket: Socket): void => {
    if (!isTls || tracksHandshakes) table.add(socket, isTls);
  };
  const onSecureConnection = (socket: Socket): void => {
    const raw = rawSocketOf(socket);
    const handshake = raw?.[connectionKey];
    if (raw === undefined) forgetHandshakes();
    else if (handshake !== undefined) table.forget(handshake);
    table.add(socket, false);
  };
  /** A handshake that cannot be told from a connection in use must not be ended as one that hangs. */
  const forgetHandshakes = (): void => {
    tracksHandshakes = false;
    for (const connection of table.open) if (connection.isHandshake) table.forget(connection);
  };

  server.on('connection', onConnection);
  if (isTls) server.on('secureConnection', onSecureConnection);
  return () => {
    server.off('connection', onConnection);
    server.off('secureConnection', onSecureConnection);
  };
}

/** Whether what happens on a socket is followed as a server's. Node.js (0.12 to 26) keeps the server in the socket. */
export function isFollowed(socket: TrackedSocket & { readonly server?: object }): boolean {
  return socket[connectionKey] !== undefined || (socket.server !== undefined && trackedKey in socket.server);
}

/** A TLSSocket keeps the socket it was made from in this field (Node.js 0.12 to 26). */
function rawSocketOf(socket: Socket): TrackedSocket | undefined {
  return Reflect.get(socket, '_parent') as TrackedSocket | undefined;
}

function followRequests(server: Server, table: ConnectionTable): () => void {
  const onRequestStart = (message: unknown): void => {
    const exchange = message as ExchangeMessage;
    if (exchange.server === server) table.request(exchange.socket, exchange.response);
  };
  const onResponseFinish = (message: unknown): void => {
    const exchange = message as ExchangeMessage;
    if (exchange.server === server) table.finish(exchange.response);
  };
  subscribe(requestStartChannel, onRequestStart);
  subscribe(responseFinishChannel, onResponseFinish);
  return () => {
    unsubscribe(requestStartChannel, onRequestStart);
    unsubscribe(responseFinishChannel, onResponseFinish);
  };
}

function followUpgrades(server: Server, table: ConnectionTable): () => void {
  const onUpgrade = (request: IncomingMessage, socket: TrackedSocket): void => table.upgrade(socket, request);
  const undo = ['upgrade', 'connect'].map((event) => listenAlongside(server, event, onUpgrade));
  return () => {
    for (const each of undo) each();
  };
}
