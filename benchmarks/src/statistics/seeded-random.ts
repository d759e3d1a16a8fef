/** A number from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

/** FNV-1a: makes a seed of a seed and a name, so that every client has a stream of its own. */
export function deriveSeed(seed: number, name: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}

/** Mulberry32 (Tommy Ettinger, public domain): small, fast, and the same on every machine. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number from `low` (inclusive) to `high` (exclusive). */
export function between(random: Random, low: number, high: number): number {
  return low + random() * (high - low);
}

/** A copy in random order (Fisher and Yates). */
export function shuffle<T>(random: Random, items: readonly T[]): T[] {
  const left = [...items];
  const shuffled: T[] = [];
  while (left.length > 0) {
    shuffled.push(...left.splice(Math.floor(random() * left.length), 1));
  }
  return shuffled;
}
