import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Component, StopContext } from '../contract/component.js';
import { Farewell, type Guest } from '../farewell/farewell.js';
import { drawRetryMs } from '../farewell/retry-hint.js';
import { nameRequest } from '../http/connections/request-name.js';
import { checkObject, checkPort } from '../options/checks.js';
import type { FarewellWordsOptions } from './options.js';
import { refuseUpgrade } from './refuse-upgrades.js';
import { resolveWebSocketServerOptions } from './resolve-options.js';

/** What is needed of a connection: `socket.conn` of socket.io, over WebSocket or long-polling. */
export interface SocketIoConnection {
  readonly request: IncomingMessage;
  readonly transport: object;
  close(discard?: boolean): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/** What is needed of a server of the package `socket.io`. */
export interface SocketIoServerLike<Connection> {
  readonly engine: {
    on(event: 'connection', listener: (connection: Connection) => void): unknown;
    off(event: 'connection', listener: (connection: Connection) => void): unknown;
    use(middleware: (request: IncomingMessage, response: ServerResponse, next: () => void) => void): unknown;
  };
  close(): Promise<void>;
}

interface ConnectedClient<Connection> extends Guest {
  readonly connection: Connection;
}

/**
 * Makes a component of a socket.io server, created before its first client comes. Its clients are told by the end of
 * their transport, on which they reconnect by themselves; after `socket.disconnect()` they would not.
 *
 * @throws OptionsError
 */
export function socketIoServer<Connection extends SocketIoConnection>(
  io: SocketIoServerLike<Connection>,
  options: FarewellWordsOptions<Connection> = {},
): Component {
  checkObject('io', io);
  checkPort('io', io, ['close']);
  checkPort('io.engine', io.engine, ['on', 'off', 'use']);
  const { name, clock, notify, retryMs } = resolveWebSocketServerOptions(options, {});
  const farewell = new Farewell<ConnectedClient<Connection>>({
    clock,
    tell({ connection }) {
      try {
        notify?.(connection, drawRetryMs(retryMs));
      } finally {
        connection.close(); // after what is still to be sent
      }
    },
    cut({ connection }) {
      connection.close(true);
      webSocketOf(connection)?.terminate();
    },
  });
  const onConnection = (connection: Connection): void => {
    const { request } = connection;
    const guest = { connection, name: nameRequest(request), sinceMs: clock.now(), socket: request.socket };
    whenGone(connection, () => farewell.left(guest));
    farewell.arrived(guest);
  };
  io.engine.on('connection', onConnection);
  return {
    name,
    refuse(stop: StopContext) {
      io.engine.use((request, response, next) => refuseHandshake(request, response, retryMs, next));
      farewell.refuse(stop);
    },
    drain: (stop) => farewell.drain(stop),
    async release(stop) {
      farewell.end(stop);
      io.engine.off('connection', onConnection);
      await io.close();
    },
    abort: () => farewell.abort(),
    pending: () => farewell.pending,
  };
}

/** Clients that are known go on until their turn has come. */
function refuseHandshake(
  request: IncomingMessage,
  response: ServerResponse,
  retryMs: number | undefined,
  next: () => void,
): void {
  if (/[?&]sid=/.test(request.url ?? '')) next();
  else if (request.headers.upgrade !== undefined) refuseUpgrade(request.socket, retryMs);
  else response.writeHead(503, { Connection: 'close', 'Content-Length': 0 }).end();
}

/** The WebSocket under a connection that has one, as the package `ws` makes it. */
interface UnderlyingWebSocket {
  readonly readyState: number;
  terminate(): void;
  once(event: 'close', listener: () => void): unknown;
}

const closed = 3;

function webSocketOf({ transport }: SocketIoConnection): UnderlyingWebSocket | undefined {
  const socket = Reflect.get(transport, 'socket') as UnderlyingWebSocket | undefined;
  return typeof socket?.terminate === 'function' ? socket : undefined;
}

/** For engine.io a connection is closed as soon as its close frame is on its way. */
function whenGone(connection: SocketIoConnection, gone: () => void): void {
  connection.once('close', () => {
    const webSocket = webSocketOf(connection);
    if (webSocket === undefined || webSocket.readyState === closed) gone();
    else webSocket.once('close', gone);
  });
}
