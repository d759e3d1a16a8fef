/** A seeded source of randomness: the same seed gives the same plan, everywhere. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [from, to). */
  between(from: number, to: number): number;
  /** An integer, uniform in [0, bound). */
  below(bound: number): number;
  /** An independent source for a named part of the plan, so that adding one part does not move the others. */
  fork(name: string): Random;
}

/** Mulberry32 over a hashed seed: small, fast, and good enough to place stops and think times. */
export function createRandom(seed: string): Random {
  let state = hash(seed);
  const next = (): number => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_00_00_00_00;
  };
  return {
    next,
    between: (from, to) => from + next() * (to - from),
    below: (bound) => Math.floor(next() * bound),
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x81_1c_9d_c5;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01_00_01_93);
  return value | 0;
}
