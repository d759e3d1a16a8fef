import type { Component } from '../contract/component.js';
import { createCoarseClock } from './connections/coarse-clock.js';
import { type ConnectionTable, createConnectionTable } from './connections/connection-table.js';
import { findConnectionList } from './connections/listed-connections.js';
import { trackConnections } from './connections/track-connections.js';
import { hasSurelyEverything, isSurelyTaken, takenAfterMs } from './departures/delivery.js';
import { HttpStop, type StoppedServer } from './http-stop.js';
import { startListening } from './listener.js';
import type { ResolvedHttpServerOptions } from './options.js';

/** Follows what else is spoken on a server's connections; the returned function ends it. */
export type Follow = (table: ConnectionTable, now: () => number) => () => void;

/**
 * Makes a component of a server that speaks HTTP/1, and whatever `follow` knows of.
 * @throws OptionsError when the server has been handed to a component before
 */
export function createServerComponent(
  server: StoppedServer,
  options: ResolvedHttpServerOptions,
  follow?: Follow,
): Component {
  const { clock, idleWindowMs, listen } = options;
  const coarseClock = createCoarseClock(clock, resolveResolution(idleWindowMs));
  const table = createConnectionTable({
    clock,
    now: coarseClock.now,
    keepUpgradeRequests: options.onUpgrade !== undefined,
    findList: () => findConnectionList(server),
    spentRule: {
      afterMs: Math.max(idleWindowMs, takenAfterMs),
      isTaken: isSurelyTaken,
      isSpent: hasSurelyEverything,
    },
  });
  /** Without connections nothing is to be timed, and a timer would keep the process. */
  const stopTimers = (): void => {
    table.stop();
    coarseClock.stop();
  };
  server.on('close', stopTimers);
  const undo = [trackConnections(server, table), follow?.(table, coarseClock.now)];
  const stop = new HttpStop(server, table, options);
  return {
    name: options.name,
    ...(listen === undefined ? {} : { start: ({ signal }) => startListening(server, listen, signal) }),
    announce: (context) => stop.announce(context),
    refuse: (context) => stop.refuse(context),
    drain: (context) => stop.drain(context),
    async release(context) {
      await stop.release(context);
      for (const each of undo) each?.();
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
