/** Waits for something to be so; looks whenever it is told that things have changed. */
export interface Condition {
  /** Resolves when `isTrue` says so, or `signal` aborts. */
  until(isTrue: () => boolean, signal: AbortSignal): Promise<void>;
  changed(): void;
}

/** Creates a condition nobody waits for. */
export function createCondition(): Condition {
  const waiters = new Set<{ readonly isTrue: () => boolean; readonly settle: () => void }>();
  return {
    until(isTrue, signal) {
      if (signal.aborted || isTrue()) return Promise.resolve();
      return new Promise((resolve) => {
        const settle = (): void => {
          waiters.delete(waiter);
          signal.removeEventListener('abort', settle);
          resolve();
        };
        const waiter = { isTrue, settle };
        waiters.add(waiter);
        signal.addEventListener('abort', settle);
      });
    },
    changed() {
      for (const { isTrue, settle } of waiters) if (isTrue()) settle();
    },
  };
}
