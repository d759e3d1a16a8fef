import type { Clock, Timer } from '../ports/clock.js';

/** Visits that happen one by one, spread over time. */
export interface Pace<Item> {
  /** How many items have not been visited. */
  readonly left: number;
  /** Puts one more at the end of the row. */
  add(item: Item): void;
  /** Visits nothing any more; gives back what has not been visited. */
  cancel(): readonly Item[];
}

/** How visits are spread. */
export interface PaceOptions<Item> {
  readonly clock: Clock;
  /** How long to wait before the first visit, in milliseconds. */
  readonly firstAfterMs: number;
  /** The longest time from one visit to the next, in milliseconds; each is random between half of it and the whole. */
  readonly gapMs: number;
  /** Between 0 and 1. */
  readonly random: () => number;
  readonly visit: (item: Item) => void;
}

/**
 * No more are visited in one turn of the event loop, however late it is: a visit costs some 25 µs, and what it brings about
 * more than that, so that catching up in one go would make the next turn later still.
 */
const mostInOneTurn = 100;

/** Visits `items` in their order. Gaps below a timer's millisecond are kept by visiting several at once. */
export function startPace<Item>(items: Iterable<Item>, options: PaceOptions<Item>): Pace<Item> {
  const { clock, gapMs, random, visit } = options;
  const row = [...items];
  let next = 0;
  let dueMs = clock.now() + options.firstAfterMs;
  let timer: Timer | undefined;

  const wait = (): void => {
    timer = clock.setTimer(visitDue, dueMs - clock.now());
  };
  const visitDue = (): void => {
    timer = undefined;
    const end = Math.min(row.length, next + mostInOneTurn);
    for (const nowMs = clock.now(); next < end && dueMs <= nowMs; ) {
      const item = row[next] as Item;
      next += 1;
      dueMs += gapMs * (0.5 + random() / 2);
      visit(item);
    }
    if (next < row.length) wait();
  };
  if (row.length > 0) wait();
  return {
    get left() {
      return row.length - next;
    },
    add(item) {
      row.push(item);
      if (timer !== undefined) return;
      dueMs = Math.max(dueMs, clock.now());
      wait();
    },
    cancel() {
      timer?.cancel();
      timer = undefined;
      return row.splice(next);
    },
  };
}
