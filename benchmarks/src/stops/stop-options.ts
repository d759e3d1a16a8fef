import { parseArgs } from 'node:util';
import { parseCount, parseNames } from '../reporting/command-options.js';
import { QUIESCE } from '../servers/catalogue.js';

/** What the command line asks for. */
export interface StopsOptions {
  /** Stops of each server that is named in `often`. */
  readonly stops: number;
  /** Stops of each other one. */
  readonly peerStops: number;
  readonly often: readonly string[];
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

const SMOKE = { stops: 2, peerStops: 2, only: ['bare', 'stoppable', 'quiesce'], limitMs: 4_000 } as const;

/** @throws Error for an option that is not known, or a value that is no number */
export function parseStopsOptions(args: readonly string[]): StopsOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stops: { type: 'string', default: '20' },
      'peer-stops': { type: 'string' },
      often: { type: 'string', default: QUIESCE.name },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      'limit-ms': { type: 'string', default: '12000' },
      'double-signal': { type: 'boolean', default: false },
      'reuse-slow': { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
    },
  });
  const stops = parseCount('stops', values.stops);
  return {
    stops,
    peerStops: Math.min(stops, parseCount('peer-stops', values['peer-stops'] ?? values.stops)),
    often: parseNames(values.often),
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
