import { systemClock, type Timer } from '../ports/clock.js';

/** Rejects when a promise has not settled after so many milliseconds. */
export async function settleWithin<Value>(ms: number, what: string, promise: Promise<Value>): Promise<Value> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = systemClock.setTimer(() => reject(new Error(`${what} did not settle within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer?.cancel();
  }
}

/** A promise that can be looked at. */
export interface Watched<Value> {
  readonly settled: Promise<Value>;
  readonly isSettled: boolean;
}

/** Follows a promise. */
export function watch<Value>(settled: Promise<Value>): Watched<Value> {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  settled.then(settle, settle);
  return {
    settled,
    get isSettled() {
      return isSettled;
    },
  };
}

/** Gives everything that is ready its turn, input from sockets too. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
