import { checkAbsent, checkDuration, checkObject } from '../options/checks.js';
import { checkCount } from './check-count.js';

/** When shards that crashed are restarted, and when that is given up. All optional; durations in milliseconds. */
export interface RestartOptions {
  /** How many restarts, of all shards together, there may be within `withinMs`; one more stops the service. @default 5 */
  readonly limit?: number;
  /** @default 60_000 */
  readonly withinMs?: number;
  /** The wait before the first restart; it doubles with each further one within `withinMs`. @default 100 */
  readonly delayMs?: number;
  /** The longest wait before a restart. @default 10_000 */
  readonly longestDelayMs?: number;
}

/** {@link RestartOptions}, checked and complete. */
export type ResolvedRestartOptions = Required<RestartOptions>;

/** Says how long to wait before the next restart. */
export interface RestartPolicy {
  /** The wait in milliseconds before a shard that crashed at `nowMs` is restarted; undefined when it must not be. */
  next(nowMs: number): number | undefined;
}

const known: Readonly<Record<keyof RestartOptions, true>> = {
  limit: true,
  withinMs: true,
  delayMs: true,
  longestDelayMs: true,
};

/**
 * Checks options and fills in what is not there.
 * @throws OptionsError
 */
export function resolveRestartOptions(options: RestartOptions): ResolvedRestartOptions {
  checkObject('onCrash', options);
  checkAbsent(options, known);
  const { limit = 5 } = options;
  checkCount('onCrash.limit', limit, 1);
  return {
    limit,
    withinMs: checkDuration('onCrash.withinMs', options.withinMs, 1) ?? 60_000,
    delayMs: checkDuration('onCrash.delayMs', options.delayMs) ?? 100,
    longestDelayMs: checkDuration('onCrash.longestDelayMs', options.longestDelayMs) ?? 10_000,
  };
}

/** Creates a policy that has seen no crash yet. */
export function createRestartPolicy(options: ResolvedRestartOptions): RestartPolicy {
  let recent: number[] = [];
  return {
    next(nowMs) {
      recent = recent.filter((atMs) => nowMs - atMs < options.withinMs);
      if (recent.length >= options.limit) return undefined;
      recent.push(nowMs);
      return Math.min(options.longestDelayMs, options.delayMs * 2 ** (recent.length - 1));
    },
  };
}
