import { constants } from 'node:os';
import { OptionsError } from '@quiesce/core';

/** Checks that a value is an object that has no members but these, and gives it back. */
export function checkMembers<Shape extends object>(
  option: string,
  value: unknown,
  known: Readonly<Record<keyof Shape, true>>,
): Readonly<Record<keyof Shape, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new OptionsError(option, 'must be an object', value);
  }
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(known, name)) continue;
    const rule = `is not known; there are ${Object.keys(known).join(', ')}`;
    throw new OptionsError(`${option}.${name}`, rule, name);
  }
  return value as Readonly<Record<keyof Shape, unknown>>;
}

/** Checks that a value is a text that is not empty, and gives it back. */
export function checkText(option: string, value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '') {
    throw new OptionsError(option, 'must be a text that is not empty', value);
  }
  return value;
}

/** Checks that a value is an array, and gives it back; an empty one where there is none. */
export function checkArray(option: string, value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new OptionsError(option, 'must be an array', value);
  return value;
}

/** Checks a number between two limits and gives it back. */
export function checkNumber(option: string, value: unknown, least: number, most: number): number {
  if (typeof value !== 'number' || !(value >= least && value <= most)) {
    throw new OptionsError(option, `must be a number, ${least} to ${most}`, value);
  }
  return value;
}

/** Checks a whole number between two limits and gives it back. */
export function checkWhole(option: string, value: unknown, least: number, most: number): number {
  if (!Number.isInteger(value))
    throw new OptionsError(option, `must be a whole number, ${least} to ${most}`, value);
  return checkNumber(option, value, least, most);
}

/** Checks that a value is one of those that are allowed, and gives it back as such. */
export function checkOneOf<Value>(option: string, allowed: readonly Value[], value: unknown): Value {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new OptionsError(option, `must be one of ${allowed.join(', ')}`, value);
  return found;
}

/** Signals that no program can handle, and so none can be stopped well by. Source: signal(7). */
const unhandled: ReadonlySet<string> = new Set(['SIGKILL', 'SIGSTOP']);

/** Checks that a value names a signal of this system that programs can handle, and gives it back. */
export function checkSignal(option: string, value: unknown): NodeJS.Signals {
  const isSignal = typeof value === 'string' && Object.hasOwn(constants.signals, value);
  if (!isSignal || unhandled.has(value)) {
    throw new OptionsError(option, 'must name a signal that a program can handle', value);
  }
  return value as NodeJS.Signals;
}
