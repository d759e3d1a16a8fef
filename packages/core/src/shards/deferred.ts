/** A promise that is settled from outside. Node.js 20 has no `Promise.withResolvers`. */
export interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly isSettled: boolean;
  resolve(value: Value): void;
}

/** Creates one; only the first value counts. */
export function createDeferred<Value>(): Deferred<Value> {
  let settle!: (value: Value) => void;
  let isSettled = false;
  const promise = new Promise<Value>((resolve) => {
    settle = resolve;
  });
  return {
    promise,
    get isSettled() {
      return isSettled;
    },
    resolve(value) {
      isSettled = true;
      settle(value);
    },
  };
}
