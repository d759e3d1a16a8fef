/** A number from 0 (inclusive) to 1 (exclusive). @typedef {() => number} Random */

/**
 * The same numbers for the same seed, on every machine (Mulberry32 by Tommy Ettinger, public domain).
 * @param {number} seed
 * @returns {Random}
 */
export function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A whole number from `least` to `most`, both included.
 * @param {Random} random
 * @param {number} least
 * @param {number} most
 */
export function wholeNumber(random, least, most) {
  return least + Math.floor(random() * (most - least + 1));
}
