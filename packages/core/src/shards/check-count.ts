import { OptionsError } from '../errors.js';

/** Checks that a value is a whole number in a range. */
export function checkCount(
  option: string,
  value: number,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `from ${least} to ${most}`;
  throw new OptionsError(option, `must be a whole number, ${range}`, value);
}
