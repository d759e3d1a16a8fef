import type { Clock, Timer } from '../../ports/clock.js';
import type { Connection } from '../connections/connection.js';
import type { Acknowledgements } from './acknowledgements.js';
import { isDelivered } from './delivery.js';
import { inTurns, restAfterLook } from './looking.js';

/** What is needed to wait for peers that read slowly. */
export interface UndeliveredOptions {
  readonly clock: Clock;
  readonly readAcknowledgements: () => Promise<Acknowledgements | undefined>;
  /** The peer has everything, as far as the kernel can tell; `wasMissing` when it was once seen not to have it. */
  readonly delivered: (connection: Connection, wasMissing: boolean) => void;
}

/** The kernel tells nothing by itself; so often it is asked while a peer reads, in milliseconds. */
const betweenLooksMs = 100;

/**
 * Idle connections of which it is not known that the peer has read its last answer. For us an answer is over when the
 * kernel has taken it, which may be seconds before a slow peer has; only then does the peer think of its next request.
 */
export class Undelivered {
  readonly #options: UndeliveredOptions;
  /** By connection: whether something was missing at the last look. */
  readonly #isMissing = new Map<Connection, boolean>();
  #timer: Timer | undefined;
  #looking = false;

  constructor(options: UndeliveredOptions) {
    this.#options = options;
  }

  add(connection: Connection): void {
    this.#isMissing.set(connection, false);
    this.#lookIn(0);
  }

  /** The connection is not idle any more, or has been closed. */
  remove(connection: Connection): void {
    this.#isMissing.delete(connection);
  }

  /** Waits for nobody any more. */
  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isMissing.clear();
  }

  #lookIn(delayMs: number): void {
    if (this.#timer !== undefined || this.#looking) return;
    this.#timer = this.#options.clock.setTimer(() => void this.#look(), delayMs);
  }

  async #look(): Promise<void> {
    const { clock, readAcknowledgements, delivered } = this.#options;
    this.#timer = undefined;
    this.#looking = true;
    const begunMs = clock.now();
    const asked = [...this.#isMissing.keys()];
    const acknowledgements = await readAcknowledgements();
    const tookMs = clock.now() - begunMs;
    await inTurns(asked, (connection) => {
      const wasMissing = this.#isMissing.get(connection);
      if (wasMissing === undefined) return;
      if (isMissing(connection, acknowledgements, clock.now())) {
        this.#isMissing.set(connection, true);
        return;
      }
      this.#isMissing.delete(connection);
      delivered(connection, wasMissing);
    });
    this.#looking = false;
    if (this.#isMissing.size > 0) this.#lookIn(Math.max(betweenLooksMs, tookMs * restAfterLook));
  }
}

/** Where the kernel can't be asked, an answer that it has taken counts as read: nobody could say for how long to wait. */
function isMissing(
  connection: Connection,
  acknowledgements: Acknowledgements | undefined,
  nowMs: number,
): boolean {
  if (connection.socket.writableLength > 0) return true;
  return acknowledgements !== undefined && !isDelivered(connection, acknowledgements, nowMs);
}
