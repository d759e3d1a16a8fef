import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, ListenOptions, Socket } from 'node:net';
import type { ResolvedControlLimits } from '../options/limits.js';
import { toClientProblem, writeProblem } from './client-error.js';
import type { Problem } from './problem.js';

/** Where a listener's connections lead. */
export interface ListenerPorts {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Whether a new connection may be read at all. */
  admit(socket: Socket): boolean;
  /** Bytes came that are no request, or came too slowly. */
  malformed(problem: Problem): void;
  /** A connection more than there may be was closed. */
  dropped(): void;
  /** A connection could not be taken, for want of file descriptors say. The listener goes on. */
  failed(error: Error): void;
}

/** An HTTP server of one address. */
export interface HttpListener {
  listen(options: ListenOptions): Promise<void>;
  /** The address of a TCP listener. */
  readonly address: AddressInfo | undefined;
  /** How many connections are open. */
  readonly connections: number;
  /** Takes no connection any more; closes those on which nothing is being answered. */
  refuse(): void;
  /** Closes all that is left, whatever it is doing. */
  close(): Promise<void>;
}

/** The time a connection is kept between two requests, in milliseconds. */
const keepAliveTimeoutMs = 5_000;
/** How often connections are looked at for being too slow, in milliseconds. */
const timeoutCheckMs = 500;

/** Creates a listener that has not begun to listen. */
export function createHttpListener(limits: ResolvedControlLimits, ports: ListenerPorts): HttpListener {
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: timeoutCheckMs,
    keepAlive: true,
    noDelay: true,
    // Its own answer to a request without one is no problem of RFC 9457; ours is given where requests are handled.
    requireHostHeader: false,
  });
  server.maxConnections = limits.maxConnections;
  const sockets = trackSockets(server, ports);
  const answering = new WeakMap<Socket, Set<ServerResponse>>();
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    const responses = answering.get(socket) ?? new Set();
    answering.set(socket, responses.add(response));
    response.once('close', () => responses.delete(response));
    ports.handle(request, response);
  };
  server.on('request', handle);
  server.on('checkContinue', handle);
  server.on('checkExpectation', handle);
  server.on('drop', () => ports.dropped());
  server.on('clientError', (error: Error, socket: Socket) => {
    if (Reflect.get(error, 'code') === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const problem = toClientProblem(error);
    ports.malformed(problem);
    const responses = [...(answering.get(socket) ?? [])];
    // In the middle of an answer, or before an earlier one, anything more would be taken for what it is not.
    if (responses.length > 1 || responses.some(({ headersSent }) => headersSent)) socket.destroy();
    else writeProblem(socket, problem);
  });
  return toListener(server, sockets, ports);
}

function trackSockets(server: Server, ports: ListenerPorts): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.prependListener('connection', (socket: Socket) => {
    if (!ports.admit(socket)) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

function toListener(server: Server, sockets: ReadonlySet<Socket>, ports: ListenerPorts): HttpListener {
  let hasListened = false;
  // Told of once only, and possibly before the last socket says that it is closed: nobody may come too late to hear it.
  const ended = new Promise<void>((resolve) => {
    server.once('close', resolve);
  });
  return {
    listen: (options) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        // In a cluster each worker has an endpoint of its own.
        server.listen({ ...options, exclusive: true }, () => {
          hasListened = true;
          server.off('error', reject).on('error', (error) => ports.failed(error));
          resolve();
        });
      }),
    get address() {
      const address = server.address();
      return typeof address === 'object' && address !== null ? address : undefined;
    },
    get connections() {
      return sockets.size;
    },
    refuse() {
      if (!server.listening) return;
      server.close();
      server.closeIdleConnections();
    },
    close() {
      if (server.listening) server.close();
      for (const socket of sockets) socket.destroy();
      return hasListened ? ended : Promise.resolve();
    },
  };
}
