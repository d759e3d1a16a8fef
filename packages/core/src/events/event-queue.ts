import type { LifecycleEvent } from '../contract/events.js';

/** Events on their way to somebody who takes them one by one. */
export interface EventQueue {
  push(event: LifecycleEvent): void;
  /** What is queued can still be taken; then the iteration ends. */
  end(): void;
  readonly iterator: AsyncIterableIterator<LifecycleEvent>;
}

type Result = IteratorResult<LifecycleEvent, undefined>;

/** Creates a queue; `onAbandon` is called when its reader breaks off. */
export function createEventQueue(onAbandon: () => void): EventQueue {
  const queued: LifecycleEvent[] = [];
  const waiting: ((result: Result) => void)[] = [];
  let ended = false;

  const end = (): void => {
    ended = true;
    for (const resolve of waiting.splice(0)) resolve({ done: true, value: undefined });
  };

  return {
    push(event) {
      if (ended) return;
      const reader = waiting.shift();
      if (reader === undefined) queued.push(event);
      else reader({ done: false, value: event });
    },
    end,
    iterator: {
      next() {
        const event = queued.shift();
        if (event !== undefined) return Promise.resolve({ done: false, value: event });
        if (ended) return Promise.resolve({ done: true, value: undefined });
        return new Promise<Result>((resolve) => {
          waiting.push(resolve);
        });
      },
      return() {
        onAbandon();
        queued.length = 0;
        end();
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    },
  };
}
