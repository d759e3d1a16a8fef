/** So that clients do not all come back at the same moment, each is told a time between half of it and the whole. */
export function drawRetryMs(retryMs: number | undefined): number | undefined {
  return retryMs === undefined ? undefined : Math.round(retryMs * (0.5 + Math.random() / 2));
}
