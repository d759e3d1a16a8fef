import type { Stoppable } from '@quiesce/core';
import type { AuditTrail } from '../audit/audit-trail.js';
import type { TrafficMetrics } from '../metrics/traffic-metrics.js';
import type { ResolvedControlServerOptions } from '../options/resolve-control-options.js';
import type { Traffic } from '../security/traffic.js';
import type { Handler } from '../server/call.js';
import { createRequestHandler } from '../server/handle-request.js';
import { createHttpListener, type HttpListener } from '../server/http-listener.js';
import type { ListenerKind } from '../server/listener-kind.js';
import { createRouter } from '../server/router.js';
import { type RouteName, routes } from '../server/routes.js';
import { claimSocket, type SocketClaim } from '../socket/claim-socket.js';
import { chooseRuntimeDirectory, toSocketName } from '../socket/runtime-directory.js';
import { type ControlAddresses, toUrl } from './addresses.js';

/** What listeners lead to. */
export interface ListenerParts {
  readonly stoppable: Stoppable;
  readonly options: ResolvedControlServerOptions;
  readonly handlers: Readonly<Record<RouteName, Handler>>;
  readonly traffic: Traffic;
  readonly trail: AuditTrail;
  readonly metrics: TrafficMetrics;
}

/** The listeners of one control server: those that were asked for. */
export interface Listeners {
  readonly addresses: ControlAddresses;
  /** How many connections are open on all of them. */
  readonly connections: number;
  /**
   * Listens on all of them; on none when one cannot.
   * @throws SocketPathError, or what the system says
   */
  open(): Promise<void>;
  /** Gives the socket's path back and takes no connection any more. */
  refuse(): void;
  close(): Promise<void>;
}

/** Creates the listeners; they do not listen yet. */
export function createListeners(parts: ListenerParts): Listeners {
  const { options } = parts;
  const { tcp, probes } = options;
  const socketPath = resolveSocketPath(parts);
  const opened: HttpListener[] = [];
  let claim: SocketClaim | undefined;
  let addresses: ControlAddresses = {};

  const openSocket = async (path: string): Promise<void> => {
    const listener = createListener('socket', parts);
    opened.push(listener);
    claim = await claimSocket(path, options.clock, (bindPath) => listener.listen({ path: bindPath }));
    addresses = { ...addresses, socketPath: path };
  };
  const openTcp = async (kind: ListenerKind, port: number, host: string | undefined): Promise<string> => {
    const listener = createListener(kind, parts);
    opened.push(listener);
    await listener.listen({ port, ...(host === undefined ? {} : { host }) });
    const { address } = listener;
    return address === undefined ? '' : toUrl(address);
  };
  const openAll = async (): Promise<void> => {
    if (socketPath !== undefined) await openSocket(socketPath);
    if (tcp !== undefined) addresses = { ...addresses, url: await openTcp('tcp', tcp.port, tcp.host) };
    if (probes !== undefined) {
      addresses = { ...addresses, probesUrl: await openTcp('probes', probes.port, probes.host) };
    }
  };
  const refuse = (): void => {
    claim?.release();
    claim = undefined;
    for (const listener of opened) listener.refuse();
  };
  const close = async (): Promise<void> => {
    refuse();
    await Promise.all(opened.map((listener) => listener.close()));
  };

  return {
    get addresses() {
      return addresses;
    },
    get connections() {
      return opened.reduce((total, listener) => total + listener.connections, 0);
    },
    async open() {
      try {
        await openAll();
      } catch (error) {
        await close();
        throw error;
      }
    },
    refuse,
    close,
  };
}

function resolveSocketPath({ stoppable, options }: ListenerParts): string | undefined {
  if (options.socketPath === false) return undefined;
  return options.socketPath ?? `${chooseRuntimeDirectory()}/${toSocketName(stoppable.name)}`;
}

function createListener(kind: ListenerKind, parts: ListenerParts): HttpListener {
  const { options, handlers, traffic, trail, metrics } = parts;
  const { tokens, allowedHosts, clock, logger } = options;
  const without = kind === 'probes' && options.probes?.metrics === false ? ['metrics'] : [];
  const router = createRouter(routes, kind, without);
  const handle = createRequestHandler({
    kind,
    router,
    handlers,
    tokens,
    allowedHosts,
    traffic,
    trail,
    metrics,
    clock,
    logger,
  });
  return createHttpListener(options.limits, {
    handle,
    admit({ remoteAddress }) {
      if (kind === 'socket' || traffic.takeConnection(remoteAddress ?? '')) return true;
      metrics.refused('connection-rate');
      return false;
    },
    malformed: ({ code }) => metrics.refused(code),
    dropped: () => metrics.refused('connection-limit'),
    failed: (error) =>
      logger.error({ err: error, listener: kind }, `control: ${kind} listener: ${error.message}`),
  });
}
