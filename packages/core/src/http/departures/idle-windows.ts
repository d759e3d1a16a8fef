import type { Clock, Timer } from '../../ports/clock.js';

/** Items that each wait until an instant of their own, with one timer for all. */
export interface IdleWindows<Item> {
  readonly size: number;
  /** Lets an item wait until `endMs` of the clock. The later an item is put in, the later its window must end. */
  open(item: Item, endMs: number): void;
  /** The item waits no longer. */
  close(item: Item): void;
  cancel(): void;
}

/** Creates windows; `expired` is called for each that came to its end. */
export function createIdleWindows<Item>(clock: Clock, expired: (item: Item) => void): IdleWindows<Item> {
  const endByItem = new Map<Item, number>();
  let timer: Timer | undefined;

  const expireDue = (): void => {
    timer = undefined;
    const nowMs = clock.now();
    for (const [item, endMs] of endByItem) {
      if (endMs > nowMs) break;
      endByItem.delete(item);
      expired(item);
    }
    wait();
  };
  const wait = (): void => {
    const [first] = endByItem.values();
    if (timer === undefined && first !== undefined) timer = clock.setTimer(expireDue, first - clock.now());
  };

  return {
    get size() {
      return endByItem.size;
    },
    open(item, endMs) {
      endByItem.delete(item);
      endByItem.set(item, endMs);
      wait();
    },
    close(item) {
      endByItem.delete(item);
    },
    cancel() {
      timer?.cancel();
      timer = undefined;
      endByItem.clear();
    },
  };
}
