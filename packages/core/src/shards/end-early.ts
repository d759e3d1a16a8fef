import type { MachineClock } from './machine-clock.js';
import type { Shard } from './shard.js';

/** How long shards of a group that did not come up have for their own stop, in milliseconds. */
const patienceMs = 2_000;

/** Ends shards of a group that did not come up: they save what there is to save, and are not waited for long. */
export async function endEarly(shards: readonly Shard[], clock: MachineClock): Promise<void> {
  for (const shard of shards) {
    shard.stop({ mode: 'last-ditch', reason: 'start-failed' }, clock.now() + patienceMs);
    shard.send('alone', {});
  }
  const timer = clock.setTimer(() => {
    for (const shard of shards) shard.kill();
  }, patienceMs);
  await Promise.all(shards.map(({ ended }) => ended));
  timer.cancel();
}
