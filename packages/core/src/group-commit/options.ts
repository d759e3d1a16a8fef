import { OptionsError } from '../errors.js';
import { checkAbsent, checkDuration, checkObject, checkPort } from '../options/checks.js';
import { type Clock, systemClock } from '../ports/clock.js';

/** Options of {@link createGroupCommit}. All optional but `write` and `sync`. */
export interface GroupCommitOptions<Item> {
  /** Writes a batch, in its order. Never called while a batch is being written or synced. */
  readonly write: (batch: readonly Item[]) => void | Promise<void>;
  /** Makes everything that was written durable: `fsync`, `fdatasync`, or what the store has for it. */
  readonly sync: () => void | Promise<void>;
  /** How many items a batch has at most; as many are written at once without a wait. @default 1_024 */
  readonly maxItems?: number;
  /** How large a batch is at most, in the unit of `sizeOf`, though never less than one item. @default no limit */
  readonly maxSize?: number;
  /** The size of an item, such as its length in bytes; asked for with `maxSize` only. @default 0 */
  readonly sizeOf?: (item: Item) => number;
  /**
   * How long the first item of a batch waits for others, in milliseconds, while nothing is being written. With 0 a
   * batch is what comes while the one before is written and synced. @default 0
   */
  readonly maxDelayMs?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/** {@link GroupCommitOptions}, checked and complete. */
export type ResolvedGroupCommitOptions<Item> = Required<GroupCommitOptions<Item>>;

const known: Readonly<Record<keyof GroupCommitOptions<unknown>, true>> = {
  write: true,
  sync: true,
  maxItems: true,
  maxSize: true,
  sizeOf: true,
  maxDelayMs: true,
  clock: true,
};

/**
 * Checks options and fills in what is not there.
 * @throws OptionsError
 */
export function resolveGroupCommitOptions<Item>(
  options: GroupCommitOptions<Item>,
): ResolvedGroupCommitOptions<Item> {
  checkObject('options', options);
  checkAbsent(options, known);
  const { write, sync, sizeOf = () => 0, clock = systemClock } = options;
  for (const [option, value] of Object.entries({ write, sync, sizeOf })) {
    if (typeof value !== 'function') throw new OptionsError(option, 'must be a function', value);
  }
  checkPort('clock', clock, ['setTimer']);
  return {
    write,
    sync,
    sizeOf,
    clock,
    maxItems: checkLimit('maxItems', options.maxItems) ?? 1_024,
    maxSize: checkLimit('maxSize', options.maxSize) ?? Number.POSITIVE_INFINITY,
    maxDelayMs: checkDuration('maxDelayMs', options.maxDelayMs) ?? 0,
  };
}

function checkLimit(option: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= 1)) return value;
  throw new OptionsError(option, 'must be a whole number, 1 or more', value);
}
