import { OptionsError } from '../errors.js';

/** Checks that a value is an object. */
export function checkObject(option: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new OptionsError(option, 'must be an object', value);
  }
}

/** Checks that there is no option that nobody knows: a misspelt one would be silently without effect. */
export function checkAbsent(options: object, known: Readonly<Record<string, true>>): void {
  for (const option of Object.keys(options)) {
    if (!Object.hasOwn(known, option)) {
      throw new OptionsError(option, `is not an option; there are ${Object.keys(known).join(', ')}`, option);
    }
  }
}

/** Checks that a value is a text that is not empty. */
export function checkText(option: string, value: unknown): void {
  if (typeof value !== 'string' || value.trim() === '') {
    throw new OptionsError(option, 'must be a text that is not empty', value);
  }
}

/** Checks that a value is a boolean, if there is one. */
export function checkBoolean(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') {
    throw new OptionsError(option, 'must be true or false', value);
  }
}

/** Checks a duration in milliseconds, if there is one, and gives it back. */
export function checkDuration(option: string, value: unknown, leastMs = 0): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < leastMs) {
    throw new OptionsError(option, `must be a finite number of milliseconds, ${leastMs} or more`, value);
  }
  return value;
}

/** Checks that a value is one of those that are allowed, and gives it back as such. */
export function checkOneOf<Value>(option: string, allowed: readonly Value[], value: unknown): Value {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new OptionsError(option, `must be one of ${allowed.join(', ')}`, value);
  return found;
}

/** Checks that a value, if there is one, has the methods of the interface it stands for. */
export function checkPort(option: string, value: unknown, methods: readonly string[]): void {
  if (value === undefined) return;
  const has = (method: string): boolean =>
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    typeof Reflect.get(value, method) === 'function';
  const missing = methods.filter((method) => !has(method));
  if (missing.length > 0)
    throw new OptionsError(option, `must have the methods ${methods.join(', ')}`, value);
}
