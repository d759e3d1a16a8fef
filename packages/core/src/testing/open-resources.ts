import { systemClock } from '../ports/clock.js';

/** What keeps the event loop going, counted by type. */
export type OpenResources = ReadonlyMap<string, number>;

/** Counts what is open now. */
export function countResources(): OpenResources {
  const counts = new Map<string, number>();
  for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

/** What is open now and was not before. */
function findOpen(before: OpenResources): readonly string[] {
  return [...countResources()]
    .filter(([type, count]) => count > (before.get(type) ?? 0))
    .map(([type]) => type);
}

/**
 * The types of which there is more open than there was, when they have had `patienceMs` to go: handles are closed in a
 * later turn of the event loop, and test runners have timers of their own that end.
 */
export async function findLeftOpen(before: OpenResources, patienceMs: number): Promise<readonly string[]> {
  const giveUpMs = systemClock.now() + patienceMs;
  while (findOpen(before).length > 0 && systemClock.now() < giveUpMs) {
    await new Promise<void>((resolve) => {
      systemClock.setTimer(resolve, 10);
    });
  }
  return findOpen(before);
}
