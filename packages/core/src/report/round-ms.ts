/** Rounds to a microsecond: what is finer is noise of the clock. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
