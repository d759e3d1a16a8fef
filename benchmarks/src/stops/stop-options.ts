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
  /** Whether slow clients keep their connections, and use them again at once. */
  readonly reuseSlow: boolean;
  readonly limitMs: number;
  /** A short run that only asks whether the harness still works. */
  readonly smoke: boolean;
  readonly record: boolean;
}

const SMOKE = { stops: 2, only: ['bare', 'stoppable', 'quiesce'], limitMs: 4_000 } as const;

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
      'reuse-slow': { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
    },
  });
  return {
    stops: parseCount('stops', values.stops),
    seed: parseCount('seed', values.seed),
    only: parseNames(values.only),
    doubleSignal: values['double-signal'],
    reuseSlow: values['reuse-slow'],
    limitMs: parseCount('limit-ms', values['limit-ms']),
    smoke: values.smoke,
    record: values.record,
    ...(values.smoke ? SMOKE : {}),
  };
}
