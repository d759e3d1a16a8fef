import { UsageError } from '../command/command-error.js';
import type { Given } from '../command/given-options.js';

/** A day: more is a mistake, and the control endpoint refuses it. */
const longestSeconds = 86_400;

/** Reads a duration in seconds, fractions too, as milliseconds. */
export function parseSeconds(given: Given | undefined): number | undefined {
  if (given === undefined) return undefined;
  const seconds = /^\d+(?:\.\d+)?$/.test(given.text.trim()) ? Number(given.text) : Number.NaN;
  if (seconds > 0 && seconds <= longestSeconds) return seconds * 1_000;
  throw new UsageError(
    given.from,
    `must be a number of seconds above 0, ${longestSeconds} at most`,
    given.text,
  );
}

/** Reads a port. */
export function parsePort(given: Given | undefined): number | undefined {
  if (given === undefined) return undefined;
  const port = /^\d{1,5}$/.test(given.text.trim()) ? Number(given.text) : 0;
  if (port > 0 && port <= 65_535) return port;
  throw new UsageError(given.from, 'must be a port, from 1 to 65535', given.text);
}

/** Reads one of some words. */
export function parseOneOf<Word extends string>(
  words: readonly Word[],
  given: Given | undefined,
): Word | undefined {
  if (given === undefined) return undefined;
  const found = words.find((word) => word === given.text.trim());
  if (found !== undefined) return found;
  throw new UsageError(given.from, `must be one of ${words.join(', ')}`, given.text);
}
