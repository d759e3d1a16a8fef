import type { PartReport } from '../contract/report.js';
import { StoppingError } from '../errors.js';
import { checkAbsent, checkDuration, checkObject } from '../options/checks.js';
import type { MachineClock } from './machine-clock.js';
import type { Roster } from './roster.js';
import type { Shard } from './shard.js';

/** Options of {@link ShardGroup.replace}. All optional. */
export interface ReplaceOptions {
  /** How long the stop of one old shard may take, in milliseconds; then it is ended. @default 25_000 */
  readonly timeoutMs?: number;
  /** Shown in the reports of the old shards. @default 'replaced' */
  readonly reason?: string;
}

const known: Readonly<Record<keyof ReplaceOptions, true>> = { timeoutMs: true, reason: true };
const defaultTimeoutMs = 25_000;
/** What is kept back of the time for ending an old shard that did not end by itself, as a share. */
const keptBack = 0.1;

/** Replaces all shards of a roster, one after the other. */
export async function replaceShards(
  roster: Roster,
  clock: MachineClock,
  options: ReplaceOptions,
): Promise<readonly PartReport[]> {
  checkObject('options', options);
  checkAbsent(options, known);
  const timeoutMs = checkDuration('timeoutMs', options.timeoutMs, 1) ?? defaultTimeoutMs;
  const reports: PartReport[] = [];
  for (const { index } of roster.live.toSorted((a, b) => a.index - b.index)) {
    if (roster.isClosed) throw new StoppingError('no shard is replaced any more: the service stops');
    const old = roster.at(index);
    const fresh = roster.spawn(index);
    await roster.untilReady(fresh);
    if (old !== undefined) roster.release(old);
    roster.place(fresh);
    roster.adopt(fresh);
    if (old === undefined || roster.isClosed) continue;
    await retire(old, clock, { timeoutMs, reason: options.reason ?? 'replaced' });
    reports.push(old.toPart());
  }
  return reports;
}

/** Stops one shard for itself. */
async function retire(
  shard: Shard,
  clock: MachineClock,
  { timeoutMs, reason }: Required<ReplaceOptions>,
): Promise<void> {
  shard.stop({ mode: 'graceful', reason }, clock.now() + timeoutMs * (1 - keptBack));
  shard.send('alone', {});
  const timer = clock.setTimer(() => {
    shard.problems.push('had not ended in its time, and was ended');
    shard.kill();
  }, timeoutMs);
  await shard.ended;
  timer.cancel();
}
