import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is reachable, in bytes. */
async function heapBytes(): Promise<number> {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  return process.memoryUsage().heapUsed;
}

/**
 * How many bytes of heap each of so many units leaves behind for good. After a warm-up they are run in three rounds, and
 * the least is told: a leak is in every round, what V8 keeps of code that has just become hot is not.
 */
export async function heapGrowth(units: number, run: (count: number) => Promise<void>): Promise<number> {
  await run(units);
  let least = Number.POSITIVE_INFINITY;
  let before = await heapBytes();
  for (let round = 0; round < 3; round += 1) {
    await run(units);
    const after = await heapBytes();
    least = Math.min(least, (after - before) / units);
    before = after;
  }
  return least;
}
