import { parseArgs } from 'node:util';
import { parseCount, parseNames } from '../reporting/command-options.js';

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
    stops: parseCount('stops', values.stops),
    seed: parseCount('seed', values.seed),
    only: parseNames(values.only),
    doubleSignal: values['double-signal'],
    limitMs: parseCount('limit-ms', values['limit-ms']),
    record: values.record,
    ...(values.smoke ? SMOKE : {}),
  };
}
