import { type Clock, systemClock } from '@quiesce/core';

/** The machine's own clock, with timers that do not keep the process alive: nobody waits for a notification. */
export const backgroundClock: Clock = {
  ...systemClock,
  setTimer(callback, delayMs) {
    const timeout = setTimeout(callback, Math.max(0, delayMs)).unref();
    return { cancel: () => clearTimeout(timeout) };
  },
};
