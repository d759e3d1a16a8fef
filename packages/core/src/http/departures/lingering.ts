import type { Clock, Timer } from '../../ports/clock.js';
import type { Connection } from '../connections/connection.js';
import type { Acknowledgements } from './acknowledgements.js';
import { hasSurelyEverything, isDelivered } from './delivery.js';
import { inTurns, restAfterLook } from './looking.js';

/** What lingering needs. */
export interface LingeringOptions {
  readonly clock: Clock;
  /** How long a peer that still sends must have been silent before it is let go, in milliseconds. */
  readonly silenceMs: number;
  readonly readAcknowledgements: () => Promise<Acknowledgements | undefined>;
}

/** Most peers end their side within a round trip; only for those that do not is the kernel asked, in milliseconds. */
const firstLookMs = 100;
/** The same when the stop waits for nothing else. */
const hurriedLookMs = 5;
const longestBetweenLooksMs = 250;
/**
 * Connections whose own side was ended. Each stays until its peer has ended its side too, which it does on
 * `Connection: close`, or until the kernel says that the peer has everything: a process that ends before may take the
 * last of an answer with it, together with its network namespace; and a socket that is closed with bytes unread
 * resets the connection, so that the peer may lose what it has not read.
 */
export class Lingering {
  readonly #clock: Clock;
  readonly #silenceMs: number;
  readonly #readAcknowledgements: () => Promise<Acknowledgements | undefined>;
  readonly #connections = new Set<Connection>();
  #timer: Timer | undefined;
  #dueMs = Number.POSITIVE_INFINITY;
  #firstLookMs = firstLookMs;
  #betweenMs = firstLookMs;

  constructor(options: LingeringOptions) {
    this.#clock = options.clock;
    this.#silenceMs = options.silenceMs;
    this.#readAcknowledgements = options.readAcknowledgements;
  }

  get size(): number {
    return this.#connections.size;
  }

  add(connection: Connection): void {
    if (this.size === 0) this.#betweenMs = this.#firstLookMs;
    this.#connections.add(connection);
    this.#lookIn(this.#betweenMs);
  }

  /** The socket has been closed. */
  remove(connection: Connection): void {
    this.#connections.delete(connection);
    if (this.size === 0) this.#cancelTimer();
  }

  /** Nothing else is waited for: who has everything is let go soon. */
  hurry(): void {
    if (this.#firstLookMs === hurriedLookMs) return;
    this.#firstLookMs = hurriedLookMs;
    this.#betweenMs = hurriedLookMs;
    if (this.size > 0) this.#lookIn(hurriedLookMs);
  }

  /** Waits for nobody any more. */
  cancel(): void {
    this.#cancelTimer();
    this.#connections.clear();
  }

  #lookIn(delayMs: number): void {
    const atMs = this.#clock.now() + delayMs;
    if (atMs >= this.#dueMs) return;
    this.#cancelTimer();
    this.#dueMs = atMs;
    this.#timer = this.#clock.setTimer(() => void this.#look(), delayMs);
  }

  async #look(): Promise<void> {
    this.#cancelTimer();
    const begunMs = this.#clock.now();
    const over = await this.#findOver(begunMs);
    await inTurns(over, ({ socket }) => void socket.destroy());
    if (this.size === 0) return;
    const tookMs = this.#clock.now() - begunMs;
    this.#betweenMs = Math.max(Math.min(longestBetweenLooksMs, this.#betweenMs * 2), tookMs * restAfterLook);
    this.#lookIn(this.#betweenMs);
  }

  /** The connections whose peers are silent and have everything. */
  async #findOver(nowMs: number): Promise<readonly Connection[]> {
    // What the kernel does not have yet, it can't be asked about.
    const silent = [...this.#connections].filter(
      ({ socket, departure }) =>
        socket.writableFinished &&
        nowMs - (departure?.heardAtMs ?? Number.NEGATIVE_INFINITY) >= this.#silenceMs,
    );
    const unsure = silent.filter((connection) => !hasSurelyEverything(connection, nowMs));
    if (unsure.length === 0) return silent;
    const acknowledgements = await this.#readAcknowledgements();
    const waiting = new Set(unsure.filter((connection) => !isDelivered(connection, acknowledgements, nowMs)));
    return silent.filter((connection) => !waiting.has(connection));
  }

  #cancelTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#dueMs = Number.POSITIVE_INFINITY;
  }
}
