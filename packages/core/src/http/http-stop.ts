import type { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';
import type { StopContext } from '../contract/component.js';
import { createCondition } from './condition.js';
import type { Connection } from './connections/connection.js';
import type { ConnectionObserver, ConnectionTable } from './connections/connection-table.js';
import { readAcknowledgements } from './departures/acknowledgements.js';
import { type CutConnections, cutConnections } from './departures/cut-connections.js';
import { Departures } from './departures/departures.js';
import { type SendingAway, sendAway } from './departures/send-away.js';
import { countLateConnections } from './late-connections.js';
import { type Closing, closeListener, stopListening } from './listener.js';
import type { ResolvedHttpServerOptions } from './options.js';
import { type Refusal, refuseRequests } from './serve-and-refuse.js';

/** A server of HTTP/2 alone has no means to end connections that nobody knows of. */
export type StoppedServer = Server &
  Partial<Pick<HttpServer, 'closeIdleConnections' | 'closeAllConnections'>>;

/** Progress is told at most this often, in milliseconds. */
const progressEveryMs = 100;

/**
 * The stop of one server.
 *
 * ```
 *  announce   all is served; connections are counted
 *  refuse     responses say `Connection: close`, connections are told to go, the listener is closed
 *  drain      the last connection is closed (with `serveAndRefuse` the listener is closed in here, when nothing
 *             is in flight that was before)
 *  (cut)      what is left is destroyed, and named
 *  release    the server has only its own listeners again
 * ```
 */
export class HttpStop {
  readonly #server: StoppedServer;
  readonly #table: ConnectionTable;
  readonly #options: ResolvedHttpServerOptions;
  readonly #departures: Departures;
  readonly #condition = createCondition();
  readonly #failures: unknown[] = [];
  #hasBegun = false;
  #accounted = false;
  #countLate: (() => number) | undefined;
  #sending: SendingAway | undefined;
  #refusal: Refusal | undefined;
  #closing: Closing | undefined;
  /** The server's `close` is still to come: it has a listener or a connection. */
  #isClosing = false;
  /** What `abort` cut. */
  #lost = 0;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(server: StoppedServer, table: ConnectionTable, options: ResolvedHttpServerOptions) {
    this.#server = server;
    this.#table = table;
    this.#options = options;
    this.#departures = new Departures({
      clock: options.clock,
      idleWindowMs: options.idleWindowMs,
      handOver: (connection) => this.#handOver(connection),
      readAcknowledgements,
    });
  }

  /** Requests in flight and upgraded sockets, and after `abort` those that it cut. */
  get pending(): number {
    return this.#lost + this.#table.inFlight + this.#table.upgraded;
  }

  announce(stop: StopContext): void {
    this.#begin(stop);
    const { clock } = this.#options;
    const late = countLateConnections(clock.now());
    const onConnection = (): void => late.arrived(clock.now());
    this.#server.on('connection', onConnection);
    this.#countLate = () => {
      this.#server.off('connection', onConnection);
      return late.count(clock.now());
    };
  }

  async refuse(stop: StopContext): Promise<void> {
    this.#begin(stop);
    this.#noteLate(stop);
    const { clock, idleWindowMs, retryAfterSeconds } = this.#options;
    // First the listener: clients that are told to go come back at once, and would only fill its queue.
    if (retryAfterSeconds === undefined) await this.#closeListener(stop.signal);
    else this.#refusal = refuseRequests(this.#server, retryAfterSeconds);
    this.#sending = sendAway(this.#table.open, {
      clock,
      departures: this.#departures,
      idleWindowMs,
      lameDuck: stop.lameDuck,
      random: () => Math.random(),
    });
    this.#table.observer = this.#observe(this.#sending);
    this.#throwFailures();
  }

  async drain(stop: StopContext): Promise<void> {
    this.#begin(stop);
    stop.signal.addEventListener('abort', () => this.#cut(stop));
    if (stop.signal.aborted) this.#cut(stop);
    const refusal = this.#refusal;
    const table = this.#table;
    if (refusal !== undefined) {
      await this.#waitUntil(stop, () => table.inFlight === refusal.inFlight && table.upgraded === 0);
      await this.#closeListener(stop.signal);
    }
    await this.#waitUntil(stop, () => {
      if (table.open.size === this.#departures.lingering) this.#departures.hurry();
      if (table.open.size > 0) return false;
      if (this.#isClosing) this.#server.closeIdleConnections?.(); // those that nobody knew of
      return !this.#isClosing;
    });
    this.#account(stop, []);
    this.#throwFailures();
  }

  async release(stop: StopContext): Promise<void> {
    this.#begin(stop);
    this.#cut(stop);
    this.#account(stop, []);
    this.#countLate?.();
    this.#refusal?.end();
    this.#server.closeAllConnections?.(); // likewise
    await this.#condition.until(() => !this.#isClosing, stop.signal);
  }

  /** Destroys everything at once. What it cuts stays pending, because there is no account to give of it to. */
  abort(): void {
    this.#lost += this.pending;
    this.#destroyAll();
  }

  /** What every hook does first, because any of them may be the first. */
  #begin(stop: StopContext): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#table.watch();
    stop.cut.addEventListener('abort', () => this.#cut(stop));
    if (stop.cut.aborted) this.#cut(stop);
  }

  async #closeListener(signal: AbortSignal): Promise<void> {
    this.#expectClose();
    const closing = closeListener(this.#server, this.#options.clock);
    this.#closing = closing;
    signal.addEventListener('abort', closing.now);
    if (signal.aborted) closing.now();
    await closing.closed;
    signal.removeEventListener('abort', closing.now);
  }

  #expectClose(): void {
    if (!this.#server.listening || this.#isClosing) return;
    this.#isClosing = true;
    this.#server.once('close', () => {
      this.#isClosing = false;
      this.#condition.changed();
    });
  }

  /** Destroys what is left, before anything is persisted, and says what that was. */
  #cut(stop: StopContext): void {
    const completed = this.#completed();
    const unconfirmed = this.#departures.lingering;
    const cut = this.#destroyAll();
    if (cut.length > 0) this.#account(stop, cut, completed);
    if (unconfirmed === 0) return;
    const message = `${unconfirmed} connections were closed before their clients had confirmed the end of their answers`;
    stop.note({ code: 'unconfirmed-answers', message, count: unconfirmed });
  }

  #destroyAll(): CutConnections {
    this.#closing?.now();
    this.#expectClose();
    stopListening(this.#server);
    this.#sending?.cancel();
    this.#departures.cancel();
    this.#table.watch();
    const cut = cutConnections(this.#table, this.#options.clock.now());
    this.#condition.changed();
    return cut;
  }

  #completed(): number {
    const refused = (this.#refusal?.refused ?? 0) - (this.#refusal?.inFlight ?? 0);
    return this.#table.ended - refused;
  }

  #account(stop: StopContext, cut: CutConnections, completed: number = this.#completed()): void {
    if (this.#accounted) return;
    this.#accounted = true;
    stop.account({ completed, cut });
    const refused = this.#refusal?.refused ?? 0;
    if (refused === 0) return;
    stop.note({
      code: 'refused-requests',
      message: `${refused} requests were answered with 503 while the others ended`,
      count: refused,
    });
  }

  #noteLate(stop: StopContext): void {
    const count = this.#countLate?.() ?? 0;
    this.#countLate = undefined;
    if (count === 0) return;
    const message = `${count} connections came in the last fifth of the announcement: routing had not converged`;
    stop.note({ code: 'late-connections', message, count });
  }

  #observe(sending: SendingAway): ConnectionObserver {
    const thenLook =
      (tell: (connection: Connection) => void) =>
      (connection: Connection): void => {
        tell(connection);
        this.#condition.changed();
      };
    return { ...sending, answered: thenLook(sending.answered), closed: thenLook(sending.closed) };
  }

  #waitUntil(stop: StopContext, isTrue: () => boolean): Promise<void> {
    return this.#condition.until(() => {
      this.#tellProgress(stop);
      return isTrue();
    }, stop.signal);
  }

  #tellProgress(stop: StopContext): void {
    const nowMs = this.#options.clock.now();
    if (nowMs - this.#toldMs < progressEveryMs) return;
    this.#toldMs = nowMs;
    const { pending } = this;
    const message = `${pending} requests in flight, ${this.#table.open.size} connections open`;
    stop.progress({ message, remaining: pending });
  }

  #handOver(connection: Connection): void {
    const { socket, upgrade } = connection;
    if (upgrade?.session !== undefined) {
      const parted = (): void => this.#departures.parted(connection);
      upgrade.session.dismiss();
      if (socket.writableFinished) parted();
      else socket.once('finish', parted);
    }
    if (upgrade?.request === undefined) return;
    try {
      this.#options.onUpgrade?.(socket, upgrade.request);
    } catch (error) {
      this.#failures.push(error);
    }
  }

  #throwFailures(): void {
    const failures = this.#failures.splice(0);
    if (failures.length > 1) throw new AggregateError(failures, 'onUpgrade threw more than once');
    if (failures.length === 1) throw failures[0];
  }
}
