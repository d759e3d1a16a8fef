import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface StopsOptions {
  /** Stops of each server. */
  readonly stops: number;
  readonly seed: number;
  /** Names of servers; none for all that can run here. */
  readonly only: readonly string[];
  readonly doubleSignal: boolean;
  readonly limitMs: number;
  readonly record: boolean;
}

const SMOKE = { stops: 2, only: ['bare', 'close-by-hand', 'stoppable'], limitMs: 4_000 } as const;

function count(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new Error(`--${name} takes a whole number from 1, not ${value}`);
  }
  return number;
}

/** @throws Error for an option that is not known, or a value that is no number */
export function parseStopsOptions(args: readonly string[]): StopsOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stops: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      'limit-ms': { type: 'string', default: '12000' },
      'double-signal': { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
    },
  });
  return {
    stops: count('stops', values.stops),
    seed: count('seed', values.seed),
    only: values.only.split(',').filter((name) => name !== ''),
    doubleSignal: values['double-signal'],
    limitMs: count('limit-ms', values['limit-ms']),
    record: values.record,
    ...(values.smoke ? SMOKE : {}),
  };
}
