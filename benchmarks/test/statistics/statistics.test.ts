import { describe, expect, it } from 'vitest';
import { median, quantile } from '../../src/statistics/quantiles.js';
import { createRandom, shuffle } from '../../src/statistics/seeded-random.js';

describe('quantiles', () => {
  it('lie between neighbours', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([3, 1, 2])).toBe(2);
    expect(quantile([0, 10], 0.99)).toBe(9.9);
    expect(median([])).toBeNaN();
  });
});

describe('seeded random', () => {
  it('is even enough, and within 0 to 1', () => {
    const random = createRandom(1);
    const values = Array.from({ length: 10_000 }, random);
    const mean = values.reduce((a, b) => a + b) / values.length;
    expect(mean).toBeCloseTo(0.5, 1);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('shuffles without losing anything', () => {
    const items = Array.from({ length: 50 }, (_, index) => index);
    const shuffled = shuffle(createRandom(2), items);
    expect(shuffled).not.toEqual(items);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
  });
});
