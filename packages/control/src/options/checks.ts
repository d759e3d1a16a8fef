import { OptionsError } from '@quiesce/core';

/** Checks that a value is an object. */
export function checkObject(option: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new OptionsError(option, 'must be an object', value);
  }
}

/** Checks that there is no option that nobody knows: a misspelt one would be silently without effect. */
export function checkKnown(option: string, options: object, known: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    const rule = `is not an option; there are ${Object.keys(known).join(', ')}`;
    throw new OptionsError(option === '' ? name : `${option}.${name}`, rule, name);
  }
}

/** Checks that a value is a text that is not empty, and gives it back. */
export function checkText(option: string, value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '') {
    throw new OptionsError(option, 'must be a text that is not empty', value);
  }
  return value;
}

/** Checks that a value is an array, if there is one, and gives it back. */
export function checkArray<Item>(option: string, value: readonly Item[] | undefined): readonly Item[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new OptionsError(option, 'must be an array', value);
  return value;
}

/** Checks a boolean, if there is one, and gives it back. */
export function checkBoolean(option: string, value: unknown): boolean | undefined {
  if (value !== undefined && typeof value !== 'boolean') {
    throw new OptionsError(option, 'must be true or false', value);
  }
  return value;
}

/** Checks a number between two limits, if there is one, and gives it back. */
export function checkNumber(
  option: string,
  value: unknown,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least || value > most) {
    const rule =
      most === Number.MAX_SAFE_INTEGER
        ? `must be a number, ${least} or more`
        : `must be a number, ${least} to ${most}`;
    throw new OptionsError(option, rule, value);
  }
  return value;
}

/** Checks a TCP port, if there is one, and gives it back; 0 lets the system choose. */
export function checkPortNumber(option: string, value: unknown): number | undefined {
  const port = checkNumber(option, value, 0, 65_535);
  if (port !== undefined && !Number.isInteger(port)) {
    throw new OptionsError(option, 'must be a whole number', value);
  }
  return port;
}

/** Checks that a value is one of those that are allowed, and gives it back as such. */
export function checkOneOf<Value>(option: string, allowed: readonly Value[], value: unknown): Value {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new OptionsError(option, `must be one of ${allowed.join(', ')}`, value);
  return found;
}

/** Checks that a value, if there is one, has the methods of the interface it stands for. */
export function checkMethods(option: string, value: unknown, methods: readonly string[]): void {
  if (value === undefined) return;
  const isObject = typeof value === 'object' && value !== null;
  const missing = methods.filter((method) => !isObject || typeof Reflect.get(value, method) !== 'function');
  if (missing.length > 0) {
    throw new OptionsError(option, `must have the methods ${methods.join(', ')}`, value);
  }
}
