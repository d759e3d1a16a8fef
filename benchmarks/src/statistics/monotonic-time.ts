const NANOSECONDS_PER_MS = 1e6;

/**
 * Now, in milliseconds of the machine's monotonic clock (CLOCK_MONOTONIC). All processes of a machine read the same
 * one, so times of the harness, the load generator and the servers can be compared.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / NANOSECONDS_PER_MS;
}
