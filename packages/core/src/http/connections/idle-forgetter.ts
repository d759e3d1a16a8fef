import type { Clock, Timer } from '../../ports/clock.js';
import { type Connection, isBusy } from './connection.js';

/** Lets go of what is known of connections once they have been idle for so long that none of it matters any more. */
export interface IdleForgetter {
  /** Looks after a connection from now on. */
  add(connection: Connection): void;
  /** Looks now whose sockets are gone. */
  findGone(): void;
  /** Forgets nothing any more of those that it looks after. */
  stop(): void;
}

/** When, and of what, nothing needs to be known. */
export interface ForgetRule {
  readonly clock: Clock;
  /** For how long it must have been idle, in milliseconds. So often, they are all looked at. */
  readonly afterMs: number;
  /** Whether it is certain that the peer of an idle connection has its last answer to the end. */
  readonly isSpent: (connection: Connection, nowMs: number) => boolean;
}

/** Who is told. */
export interface ForgetPorts {
  /** It has been idle for long. */
  readonly forget: (connection: Connection) => void;
  /** Its socket was destroyed, whatever was in flight on it. */
  readonly gone: (connection: Connection) => void;
}

/**
 * Lets go of connections that have been idle for long: a server may hold ten thousand of them, and what was kept
 * of each would weigh as much as a twentieth of the connection itself. A listener for the end of each socket would
 * weigh as much again, so sockets that are gone are found by looking. Without connections there is no timer.
 */
export function createIdleForgetter(
  { clock, afterMs, isSpent }: ForgetRule,
  { forget, gone }: ForgetPorts,
): IdleForgetter {
  let known: Connection[] = [];
  let timer: Timer | undefined;

  /** Whether there is somebody else now who looks after it, or nothing to look after. */
  const isOver = (connection: Connection): boolean => {
    if (connection.upgrade !== undefined) return true;
    if (connection.socket.destroyed) gone(connection);
    return connection.socket.destroyed;
  };
  /** Whether it need not be looked at any more. */
  const look = (connection: Connection, nowMs: number): boolean => {
    if (isOver(connection)) return true;
    if (isBusy(connection) || nowMs - connection.idleSinceMs < afterMs) return false;
    // Who may still be reading is looked after all the same: nobody else would see its socket go with a request in flight.
    if (!isSpent(connection, nowMs)) return false;
    forget(connection);
    return true;
  };
  const lookAtAll = (): void => {
    const nowMs = clock.now();
    known = known.filter((connection) => !look(connection, nowMs));
    timer = known.length === 0 ? undefined : clock.setTimer(lookAtAll, afterMs);
  };
  return {
    add(connection) {
      known.push(connection);
      timer ??= clock.setTimer(lookAtAll, afterMs);
    },
    findGone() {
      known = known.filter((connection) => !isOver(connection));
    },
    stop() {
      timer?.cancel();
      timer = undefined;
      known = [];
    },
  };
}
