import type { Clock } from '../../ports/clock.js';
import { type Connection, type Departure, exchangesOf, isBusy } from '../connections/connection.js';
import type { Acknowledgements } from './acknowledgements.js';
import { hasSurelyEverything } from './delivery.js';
import { createIdleWindows, type IdleWindows } from './idle-windows.js';
import { Lingering } from './lingering.js';
import { gateRequests } from './request-gate.js';
import { Undelivered } from './undelivered.js';

/** What departures need. */
export interface DeparturesOptions {
  readonly clock: Clock;
  readonly idleWindowMs: number;
  /** Hands an upgraded connection to whoever owns it. */
  readonly handOver: (connection: Connection) => void;
  readonly readAcknowledgements: () => Promise<Acknowledgements | undefined>;
}

/**
 * Sends connections away, each without losing what is on it.
 *
 * ```
 *            ┌ a response in flight ─▶ it says `Connection: close` ──────────────┐
 *  dismiss ──┤                                  ▲ a last request                 ▼
 *            ├ answered a moment ago ─▶ idle window ── over ─▶ has its ──▶ our side is ended,
 *            └ idle for longer ──────────────────────────────▶ answer?    the rest is read ─▶ closed
 * ```
 */
export class Departures {
  readonly #clock: Clock;
  readonly #idleWindowMs: number;
  readonly #handOver: (connection: Connection) => void;
  readonly #windows: IdleWindows<Connection>;
  readonly #undelivered: Undelivered;
  readonly #lingering: Lingering;

  constructor(options: DeparturesOptions) {
    const { clock, idleWindowMs, handOver, readAcknowledgements } = options;
    this.#clock = clock;
    this.#idleWindowMs = idleWindowMs;
    this.#handOver = handOver;
    this.#windows = createIdleWindows(clock, (connection) => this.#partWhenDelivered(connection));
    this.#undelivered = new Undelivered({
      clock,
      readAcknowledgements,
      delivered: (connection, wasMissing) => this.#delivered(connection, wasMissing),
    });
    this.#lingering = new Lingering({ clock, silenceMs: idleWindowMs, readAcknowledgements });
  }

  /** How many connections have had our side ended, and not their own. */
  get lingering(): number {
    return this.#lingering.size;
  }

  /** Tells a connection to go. Does nothing the second time. */
  dismiss(connection: Connection, isQuick = false): void {
    const { socket } = connection;
    if (connection.departure !== undefined || socket.destroyed) return;
    connection.departure = createDeparture(isQuick);
    if (connection.upgrade !== undefined) return this.#handOver(connection);
    // Node.js calls it after a response with `Connection: close`; its own closes at once.
    socket.destroySoon = () => this.#part(connection);
    if (isBusy(connection)) return this.#callLast(connection, connection.departure);
    const leftMs = connection.idleSinceMs + this.#idleWindowMs - this.#clock.now();
    if (leftMs > 0 && this.#idleWindowMs > 0) this.#openWindow(connection, leftMs);
    else this.#partWhenDelivered(connection);
  }

  /**
   * Closes an idle connection at a third of the work, without reading what might still come: a request that crosses the
   * end on its way is answered by a reset.
   */
  dismissQuickly(connection: Connection): void {
    const { departure, upgrade, socket } = connection;
    const isIdle = departure === undefined && upgrade === undefined && !isBusy(connection);
    if (isIdle && hasSurelyEverything(connection, this.#clock.now())) socket.destroy();
    else this.dismiss(connection, true);
  }

  /** A request came, and its handler has not been called. */
  requested(connection: Connection): void {
    if (connection.departure === undefined) return;
    this.#waitNoLonger(connection);
    this.#callLast(connection, connection.departure);
  }

  /** A response was closed. */
  answered(connection: Connection): void {
    const { departure, socket } = connection;
    if (departure === undefined || departure.endedAtMs !== undefined) return;
    if (isBusy(connection) || connection.upgrade !== undefined || socket.destroyed) return;
    // It had promised to keep the connection open before it could be told: the next request may be on its way.
    this.#openWindow(connection, this.#idleWindowMs);
  }

  /** A connection that had been told to go has left HTTP behind. */
  upgraded(connection: Connection): void {
    const { departure, socket } = connection;
    if (departure === undefined) return;
    this.#waitNoLonger(connection);
    if (departure.gate !== undefined) socket.off('data', departure.gate);
    Reflect.deleteProperty(socket, 'destroySoon');
    this.#handOver(connection);
  }

  /** The session on a connection has ended our side of the socket. */
  parted(connection: Connection): void {
    const { departure, socket } = connection;
    if (departure === undefined || departure.endedAtMs !== undefined || socket.destroyed) return;
    connection.idleSinceMs = this.#clock.now();
    departure.endedAtMs = connection.idleSinceMs;
    this.#lingering.add(connection);
  }

  /** A connection was closed. */
  closed(connection: Connection): void {
    this.#waitNoLonger(connection);
    this.#lingering.remove(connection);
  }

  /** Nothing is waited for any more but peers that have not ended their side. */
  hurry(): void {
    this.#lingering.hurry();
  }

  /** Waits for nobody any more. */
  cancel(): void {
    this.#windows.cancel();
    this.#undelivered.cancel();
    this.#lingering.cancel();
  }

  #openWindow(connection: Connection, leftMs: number): void {
    this.#windows.open(connection, this.#clock.now() + Math.min(leftMs, this.#idleWindowMs));
  }

  #waitNoLonger(connection: Connection): void {
    this.#windows.close(connection);
    this.#undelivered.remove(connection);
  }

  /** An idle connection is ended once its peer has what it was answered, and has had time to ask for more. */
  #partWhenDelivered(connection: Connection): void {
    if (hasSurelyEverything(connection, this.#clock.now())) this.#part(connection);
    else this.#undelivered.add(connection);
  }

  /** Who has just read an answer to its end may be about to ask for more. */
  #delivered(connection: Connection, wasMissing: boolean): void {
    if (wasMissing) this.#openWindow(connection, this.#idleWindowMs);
    else if (connection.departure?.isQuick === true) connection.socket.destroy();
    else this.#part(connection);
  }

  /** The newest response is the last one: every response before it must keep the connection open. */
  #callLast(connection: Connection, departure: Departure): void {
    const response = exchangesOf(connection).at(-1)?.response;
    const { lastCall } = departure;
    if (lastCall !== undefined && !lastCall.headersSent) lastCall.shouldKeepAlive = true;
    departure.lastCall = undefined;
    if (response === undefined || response.headersSent || !response.shouldKeepAlive) return;
    response.shouldKeepAlive = false;
    departure.lastCall = response;
    this.#gate(connection, departure);
  }

  /** Ends our side; what the peer still sends is read and thrown away, so that the end is no reset. */
  #part(connection: Connection): void {
    const { socket, departure } = connection;
    if (departure === undefined || departure.endedAtMs !== undefined) return;
    if (connection.isHandshake) {
      socket.destroy();
      return;
    }
    departure.endedAtMs = this.#clock.now();
    // Who was answered before all of its request had come may still be sending the rest.
    if (connection.response?.req.complete === false) departure.heardAtMs = departure.endedAtMs;
    this.#gate(connection, departure);
    socket.setTimeout(0); // the keep-alive timeout would destroy it
    this.#lingering.add(connection);
    socket.end();
  }

  #gate(connection: Connection, departure: Departure): void {
    departure.gate ??= gateRequests(connection.socket, () => admits(connection, departure, this.#clock));
  }
}

function createDeparture(isQuick: boolean): Departure {
  return { isQuick, lastCall: undefined, gate: undefined, endedAtMs: undefined, heardAtMs: undefined };
}

/** Whether what arrives on a departing connection is still to be answered. */
function admits({ response }: Connection, departure: Departure, clock: Clock): boolean {
  if (departure.endedAtMs !== undefined) {
    departure.heardAtMs = clock.now();
    return false;
  }
  // After a response that says close no request is answered, so none may be begun; the request's own body may follow.
  return (
    response === undefined || response.shouldKeepAlive || !response.headersSent || !response.req.complete
  );
}
