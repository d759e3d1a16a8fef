/** A timer that was set and can be taken back. */
export interface Timer {
  cancel(): void;
}

/** Where time comes from. Everything in a lifecycle reads it here, so that tests can pass it by hand. */
export interface Clock {
  /** Milliseconds on a monotonic clock; only differences mean anything. */
  now(): number;
  /** Milliseconds since the epoch, for people. */
  wallTime(): number;
  /** Calls back once after `delayMs`. The timer keeps the process alive until it fires or is cancelled. */
  setTimer(callback: () => void, delayMs: number): Timer;
}

/** The longest delay that `setTimeout` keeps; longer ones fire at once. Source: Node.js timers documentation. */
const longestDelayMs = 2_147_483_647;

/**
 * Read while this module is loaded: the first use of the global loads `node:perf_hooks`, a millisecond of processor time
 * in every worker thread, which all shards would spend at once when they are stopped.
 */
const { performance } = globalThis;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  setTimer(callback, delayMs) {
    const timeout = setTimeout(callback, Math.min(Math.max(0, delayMs), longestDelayMs));
    return { cancel: () => clearTimeout(timeout) };
  },
};
