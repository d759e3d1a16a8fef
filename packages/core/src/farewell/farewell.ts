import type { StopContext } from '../contract/component.js';
import { createCondition } from '../http/condition.js';
import type { TrackedSocket } from '../http/connections/connection.js';
import { isFollowed } from '../http/connections/track-connections.js';
import { startLameDuck } from '../pacing/lame-duck-pace.js';
import { type Pace, startPace } from '../pacing/pace.js';
import type { Clock } from '../ports/clock.js';

/** Somebody who stays until told to go: a WebSocket, an event stream, a call. */
export interface Guest {
  /** What reports call it. Never with a query: it may carry secrets. */
  readonly name: string;
  readonly sinceMs: number;
  /** The socket it came on: one that `httpServer` follows is counted there, and not once more. */
  readonly socket?: TrackedSocket | null | undefined;
}

/** How guests are told, and cut. */
export interface FarewellOptions<Each extends Guest> {
  readonly clock: Clock;
  readonly tell: (guest: Each) => void;
  readonly cut: (guest: Each) => void;
}

function isCountedElsewhere({ socket }: Guest): boolean {
  return socket !== null && socket !== undefined && isFollowed(socket);
}

/**
 * Telling a WebSocket and hearing its answer take some 80 µs. So about half of the event loop's time is left to others,
 * and answers that come in a burst, because clients were busy for a while, are not so many that they block it.
 */
const shortestGapMs = 0.2;

/**
 * Sends guests away: from `refuse` on each is told when its turn has come, `drain` waits until the last has gone, and who
 * is left at its end is cut and named. In `lame-duck` turns come at that pace; otherwise as fast as the event loop can
 * have them without being blocked.
 */
export class Farewell<Each extends Guest> {
  readonly guests: Set<Each> = new Set();
  readonly #options: FarewellOptions<Each>;
  readonly #condition = createCondition();
  readonly #failures: unknown[] = [];
  #pace: Pace<Each> | undefined;
  /** Those of `guests` who are, as it was when the stop began: a stream of HTTP/2 that has ended knows its socket no more. */
  #elsewhere: Set<Each> | undefined;
  #accounted = false;
  #completed = 0;
  /** What `abort` cut: it stays pending, because there is no account to give of it to. */
  #lost = 0;

  constructor(options: FarewellOptions<Each>) {
    this.#options = options;
  }

  get pending(): number {
    let pending = this.#lost;
    for (const guest of this.guests) pending += Number(this.#isOurs(guest));
    return pending;
  }

  arrived(guest: Each): void {
    this.guests.add(guest);
    if (isCountedElsewhere(guest)) this.#elsewhere?.add(guest);
    this.#pace?.add(guest);
  }

  left(guest: Each): void {
    if (!this.guests.delete(guest)) return;
    if (this.#elsewhere !== undefined && this.#isOurs(guest)) this.#completed += 1;
    this.#elsewhere?.delete(guest);
    if (this.guests.size === 0) this.#condition.changed();
  }

  /** For the hook `refuse`: begins to tell. */
  refuse(stop: StopContext): void {
    this.#begin(stop);
    const { clock } = this.#options;
    const random = Math.random;
    const gapMs = Math.min(shortestGapMs, stop.deadline.remainingMs() / 2 / this.guests.size);
    const tell = (guest: Each): void => this.#tell(guest);
    const tellAll = (guests: Iterable<Each>): void => {
      this.#pace = startPace(guests, { clock, firstAfterMs: 0, gapMs, random, visit: tell });
    };
    if (stop.lameDuck === undefined) {
      tellAll(this.guests);
      return;
    }
    const options = { clock, pace: stop.lameDuck, random, sendAway: tell, cutShort: tellAll };
    const pace = startLameDuck([...this.guests], options);
    this.#pace ??= pace;
  }

  /** For the hook `drain`: resolves when the last guest has gone. */
  async drain(stop: StopContext): Promise<void> {
    this.#begin(stop);
    stop.signal.addEventListener('abort', () => this.#cut(stop));
    if (stop.signal.aborted) this.#cut(stop);
    await this.#condition.until(() => this.guests.size === 0, stop.signal);
    this.end(stop);
    const failures = this.#failures.splice(0);
    if (failures.length > 0) throw new AggregateError(failures, 'not everybody could be told to go');
  }

  /** For the hook `release`: cuts who is left. */
  end(stop: StopContext): void {
    this.#cut(stop);
    this.#account(stop, []);
  }

  /** For the hook `abort`. */
  abort(): void {
    this.#lost = this.pending;
    this.#cutAll();
  }

  #isOurs(guest: Each): boolean {
    return !(this.#elsewhere?.has(guest) ?? isCountedElsewhere(guest));
  }

  #begin(stop: StopContext): void {
    if (this.#elsewhere !== undefined) return;
    this.#elsewhere = new Set([...this.guests].filter(isCountedElsewhere));
    stop.cut.addEventListener('abort', () => this.#cut(stop));
    if (stop.cut.aborted) this.#cut(stop);
  }

  #tell(guest: Each): void {
    if (!this.guests.has(guest)) return;
    try {
      this.#options.tell(guest);
    } catch (error) {
      this.#failures.push(error);
    }
  }

  #cut(stop: StopContext): void {
    const nowMs = this.#options.clock.now();
    const cut = this.#cutAll().filter((guest) => this.#isOurs(guest));
    if (cut.length === 0) return;
    this.#account(
      stop,
      cut.map(({ name, sinceMs }) => ({ name, ageMs: nowMs - sinceMs })),
    );
  }

  #cutAll(): readonly Each[] {
    this.#pace?.cancel();
    const guests = [...this.guests];
    this.guests.clear();
    for (const guest of guests) this.#options.cut(guest);
    this.#condition.changed();
    return guests;
  }

  #account(stop: StopContext, cut: readonly { readonly name: string; readonly ageMs: number }[]): void {
    if (this.#accounted) return;
    this.#accounted = true;
    stop.account({ completed: this.#completed, cut });
  }
}
