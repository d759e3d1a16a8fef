import type { Server } from 'node:http';
import type { Component } from '../contract/component.js';
import { createCoarseClock } from './connections/coarse-clock.js';
import { createConnectionTable } from './connections/connection-table.js';
import { findConnectionList } from './connections/listed-connections.js';
import { trackConnections } from './connections/track-connections.js';
import { hasSurelyEverything, takenAfterMs } from './departures/delivery.js';
import { HttpStop } from './http-stop.js';
import { startListening } from './listener.js';
import { checkServer, type HttpServerOptions, resolveHttpServerOptions } from './options.js';

/**
 * Makes a component of any `http.Server` or `https.Server`, before or after it listens; Express, Koa, connect and Hono
 * apps run on one. What it does in each phase, and why, is told in `docs/http.md`.
 *
 * @throws OptionsError
 */
export function httpServer(server: Server, options: HttpServerOptions = {}): Component {
  checkServer(server);
  const resolved = resolveHttpServerOptions(options);
  const { clock, idleWindowMs, listen } = resolved;
  const coarseClock = createCoarseClock(clock, resolveResolution(idleWindowMs));
  const table = createConnectionTable({
    now: coarseClock.now,
    keepUpgradeRequests: resolved.onUpgrade !== undefined,
    findList: () => findConnectionList(server),
    forgetRule: { clock, afterMs: Math.max(idleWindowMs, takenAfterMs), isSpent: hasSurelyEverything },
  });
  const untrack = trackConnections(server, table);
  /** Without connections nothing is to be timed, and a timer would keep the process. */
  const stopTimers = (): void => {
    table.stop();
    coarseClock.stop();
  };
  server.on('close', stopTimers);
  const stop = new HttpStop(server, table, resolved);
  return {
    name: resolved.name,
    ...(listen === undefined ? {} : { start: ({ signal }) => startListening(server, listen, signal) }),
    announce: (context) => stop.announce(context),
    refuse: (context) => stop.refuse(context),
    drain: (context) => stop.drain(context),
    async release(context) {
      await stop.release(context);
      untrack();
      server.off('close', stopTimers);
      stopTimers();
    },
    abort: () => stop.abort(),
    pending: () => stop.pending,
  };
}

/** Fifty readings a second are next to nothing beside the requests that need them. */
const coarsestMs = 20;

/** How exactly the time of an answer must be known: to a tenth of the window that begins with it. */
function resolveResolution(idleWindowMs: number): number {
  return idleWindowMs === 0 ? coarsestMs : Math.min(coarsestMs, idleWindowMs / 10);
}
