/** Microseconds since an epoch that several processes of one machine share. */
export interface RunClock {
  nowUs(): number;
}

/** A clock on CLOCK_MONOTONIC, counted from `epochNs` (a `process.hrtime.bigint()` of any process of this machine). */
export function createRunClock(epochNs: bigint): RunClock {
  const offsetMs = Number(process.hrtime.bigint() - epochNs) / 1e6 - performance.now();
  return { nowUs: () => (performance.now() + offsetMs) * 1_000 };
}
