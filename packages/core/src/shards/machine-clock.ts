import { type Clock, systemClock } from '../ports/clock.js';

/**
 * A clock that also reads an instant which all threads and processes of the machine agree on. `now()` has another
 * origin in each of them, so instants are handed over on this one.
 */
export interface MachineClock extends Clock {
  /** Milliseconds on the machine's monotonic clock (`CLOCK_MONOTONIC`, `process.hrtime`). */
  machineNow(): number;
}

/** The machine's own. */
export const machineClock: MachineClock = {
  ...systemClock,
  machineNow: () => Number(process.hrtime.bigint()) / 1e6,
};

/** An instant of `clock.now()` as one of the machine. */
export function toMachineMs(clock: MachineClock, atMs: number): number {
  return clock.machineNow() + (atMs - clock.now());
}

/** An instant of the machine as one of `clock.now()`. */
export function fromMachineMs(clock: MachineClock, machineMs: number): number {
  return clock.now() + (machineMs - clock.machineNow());
}
