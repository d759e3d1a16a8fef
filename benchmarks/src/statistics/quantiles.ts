/** The value below which the share `q` (0 to 1) of the values lies, between neighbours linearly; NaN for none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = q * (sorted.length - 1);
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  return low + (high - low) * (position - Math.floor(position));
}

/** The value in the middle; NaN for none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
