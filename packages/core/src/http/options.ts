import type { IncomingMessage, Server } from 'node:http';
import type { ListenOptions, Socket } from 'node:net';
import { OptionsError } from '../errors.js';
import {
  checkAbsent,
  checkDuration,
  checkPort as checkMethods,
  checkObject,
  checkText,
} from '../options/checks.js';
import { type Clock, systemClock } from '../ports/clock.js';

/** How new requests are refused while current ones are finished. All optional. */
export interface ServeAndRefuseOptions {
  /** The `Retry-After` of each 503, in seconds. @default 1 */
  readonly retryAfterSeconds?: number;
}

/** Options of {@link httpServer}. All optional; durations in milliseconds. */
export interface HttpServerOptions {
  /** The component's name. @default 'http' */
  readonly name?: string;
  /** The TCP port to listen on in `start`; 0 takes any that is free. @default the server is not made to listen */
  readonly port?: number;
  /** The address to listen on, with `port`. @default all addresses */
  readonly host?: string;
  /** The Unix socket to listen on in `start`, instead of a port. @default the server is not made to listen */
  readonly path?: string;
  /**
   * How long a connection that has just been answered (or accepted) is kept open for a request that is on its way
   * already. One that has been idle for longer is closed at once. @default 500
   */
  readonly idleWindowMs?: number;
  /**
   * Keeps listening until what was in flight has ended, and answers every new request with 503 meanwhile. For
   * clients that take a refused connection for an outage, and a 503 for a reason to go elsewhere. @default false
   */
  readonly serveAndRefuse?: boolean | ServeAndRefuseOptions;
  /**
   * Called once for each upgraded socket (a WebSocket, a tunnel) when its turn to go has come, for whoever owns it to
   * say goodbye in its own protocol. The stop then waits until the socket is closed. @default nobody is told
   */
  readonly onUpgrade?: (socket: Socket, request: IncomingMessage) => void;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/** {@link HttpServerOptions}, checked and complete. */
export interface ResolvedHttpServerOptions {
  readonly name: string;
  /** Where to listen in `start`. */
  readonly listen: ListenOptions | undefined;
  readonly idleWindowMs: number;
  /** The `Retry-After` of a server that refuses with 503; undefined when it closes its listener instead. */
  readonly retryAfterSeconds: number | undefined;
  readonly onUpgrade: HttpServerOptions['onUpgrade'];
  readonly clock: Clock;
}

const known: Readonly<Record<keyof HttpServerOptions, true>> = {
  name: true,
  port: true,
  host: true,
  path: true,
  idleWindowMs: true,
  serveAndRefuse: true,
  onUpgrade: true,
  clock: true,
};
const defaultIdleWindowMs = 500;
const defaultRetryAfterSeconds = 1;
const highestPort = 65_535;

/**
 * Checks options and fills in what is not there.
 * @throws OptionsError
 */
export function resolveHttpServerOptions(options: HttpServerOptions): ResolvedHttpServerOptions {
  checkObject('options', options);
  checkAbsent(options, known);
  const { name = 'http', onUpgrade, clock = systemClock } = options;
  checkText('name', name);
  if (onUpgrade !== undefined && typeof onUpgrade !== 'function') {
    throw new OptionsError('onUpgrade', 'must be a function', onUpgrade);
  }
  checkMethods('clock', clock, ['now', 'setTimer']);
  return {
    name,
    listen: resolveListen(options),
    idleWindowMs: checkDuration('idleWindowMs', options.idleWindowMs) ?? defaultIdleWindowMs,
    retryAfterSeconds: resolveRetryAfter(options.serveAndRefuse ?? false),
    onUpgrade,
    clock,
  };
}

/**
 * Checks that a value is an HTTP/1 server of Node.js.
 * @throws OptionsError
 */
export function checkServer(server: Server): void {
  checkObject('server', server);
  checkMethods('server', server, ['listen', 'close', 'closeIdleConnections', 'closeAllConnections', 'on']);
}

function resolveListen({ port, host, path }: HttpServerOptions): ListenOptions | undefined {
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= highestPort)) {
    throw new OptionsError('port', `must be a whole number from 0 to ${highestPort}`, port);
  }
  if (path !== undefined) {
    checkText('path', path);
    if (port !== undefined) throw new OptionsError('path', 'cannot be given together with port', path);
    if (host !== undefined) throw new OptionsError('host', 'goes with port, not with path', host);
    return { path };
  }
  if (host !== undefined) {
    checkText('host', host);
    if (port === undefined) throw new OptionsError('host', 'needs a port', host);
  }
  if (port === undefined) return undefined;
  return { port, ...(host === undefined ? {} : { host }) };
}

function resolveRetryAfter(serveAndRefuse: boolean | ServeAndRefuseOptions): number | undefined {
  if (typeof serveAndRefuse === 'boolean') return serveAndRefuse ? defaultRetryAfterSeconds : undefined;
  checkObject('serveAndRefuse', serveAndRefuse);
  checkAbsent(serveAndRefuse, { retryAfterSeconds: true });
  const { retryAfterSeconds = defaultRetryAfterSeconds } = serveAndRefuse;
  if (!Number.isInteger(retryAfterSeconds) || retryAfterSeconds < 0) {
    throw new OptionsError(
      'serveAndRefuse.retryAfterSeconds',
      'must be a whole number, 0 or more',
      retryAfterSeconds,
    );
  }
  return retryAfterSeconds;
}
