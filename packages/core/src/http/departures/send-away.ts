import type { LameDuckPace } from '../../contract/component.js';
import { startLameDuck } from '../../pacing/lame-duck-pace.js';
import { type Pace, startPace } from '../../pacing/pace.js';
import type { Clock } from '../../ports/clock.js';
import { type Connection, isBusy } from '../connections/connection.js';
import type { ConnectionObserver } from '../connections/connection-table.js';
import type { Departures } from './departures.js';

/** Sees to it that each connection is told to go when its turn has come, also those that come later. */
export interface SendingAway extends ConnectionObserver {
  cancel(): void;
}

/** What sending away needs. */
export interface SendAwayOptions {
  readonly clock: Clock;
  readonly departures: Departures;
  readonly idleWindowMs: number;
  /** Set when they go one by one, slowly, and everybody is served until then. */
  readonly lameDuck: LameDuckPace | undefined;
  /** Between 0 and 1. */
  readonly random: () => number;
}

/** Closing a connection takes about 25 µs, so half of the event loop's time is left to others. */
const sweepGapMs = 0.05;
/** Up to so many, idle connections are closed in the gentlest way, though that takes 50 µs each. */
const mostClosedGently = 1_000;
/** With very many, they go faster. */
const longestSweepMs = 1_000;

/** Begins to send all connections away. */
export function sendAway(connections: Iterable<Connection>, options: SendAwayOptions): SendingAway {
  const { clock, departures, lameDuck, random } = options;
  let pace: Pace<Connection> | undefined;
  let isEverybodysTurn = lameDuck === undefined;

  const sweep = (left: Iterable<Connection>): void => {
    isEverybodysTurn = true;
    pace = sweepAway(left, options);
  };
  const takeTurn = (connection: Connection): void => {
    if (isEverybodysTurn) departures.dismiss(connection);
  };

  if (lameDuck === undefined) {
    sweep(connections);
  } else {
    const sendOne = (connection: Connection): void => {
      departures.dismiss(connection);
      if (pace?.left === 0) isEverybodysTurn = true;
    };
    const started = startLameDuck([...connections], {
      clock,
      pace: lameDuck,
      random,
      sendAway: sendOne,
      cutShort: sweep,
    });
    pace ??= started;
  }
  return {
    opened(connection) {
      if (isEverybodysTurn) departures.dismiss(connection);
      else pace?.add(connection);
    },
    requested(connection) {
      takeTurn(connection);
      departures.requested(connection);
    },
    answered: (connection) => departures.answered(connection),
    upgraded(connection) {
      const isKnown = connection.departure !== undefined;
      takeTurn(connection);
      if (isKnown) departures.upgraded(connection);
    },
    closed: (connection) => departures.closed(connection),
    cancel: () => void pace?.cancel(),
  };
}

/** A client whose session is ended knows which of its requests were not taken up, so it is never too early. */
function isLongIdle(connection: Connection, idleFromMs: number): boolean {
  const { upgrade, idleSinceMs } = connection;
  if (upgrade !== undefined) return upgrade.session?.inFlight === 0;
  return !isBusy(connection) && idleSinceMs < idleFromMs;
}

/**
 * Tells everybody to go: who is busy, or may be about to send, at once; those that have been idle for long are closed
 * one after the other, so that thousands of them do not keep the event loop from the rest.
 */
function sweepAway(connections: Iterable<Connection>, options: SendAwayOptions): Pace<Connection> {
  const { clock, departures, idleWindowMs } = options;
  const idleFromMs = clock.now() - idleWindowMs;
  const longIdle: Connection[] = [];
  const others: Connection[] = [];
  for (const connection of connections) {
    (isLongIdle(connection, idleFromMs) ? longIdle : others).push(connection);
  }
  others.sort((one, other) => one.idleSinceMs - other.idleSinceMs); // so that their windows end in this order
  for (const connection of others) departures.dismiss(connection);
  const isCrowd = longIdle.length > mostClosedGently;
  return startPace(longIdle, {
    clock,
    firstAfterMs: 0,
    gapMs: Math.min(sweepGapMs, longestSweepMs / Math.max(1, longIdle.length)),
    random: () => 1,
    visit(connection) {
      if (isCrowd) departures.dismissQuickly(connection);
      else departures.dismiss(connection);
    },
  });
}
