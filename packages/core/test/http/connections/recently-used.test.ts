import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { RecentlyUsed } from '../../../src/http/connections/recently-used.js';

describe('connections that were used a moment ago', () => {
  it('are known with the last moment of each', () => {
    const recentlyUsed = new RecentlyUsed();
    const [first, second] = [new Socket(), new Socket()];
    recentlyUsed.note(first, 0);
    recentlyUsed.note(second, 0);
    recentlyUsed.note(first, 20);
    expect(recentlyUsed.latest()).toEqual(
      new Map([
        [first, 20],
        [second, 0],
      ]),
    );
  });

  it('are forgotten up to a moment, and noted again afterwards', () => {
    const recentlyUsed = new RecentlyUsed();
    const [first, second] = [new Socket(), new Socket()];
    expect(recentlyUsed.isEmpty).toBe(true);
    recentlyUsed.note(first, 0);
    recentlyUsed.note(second, 20);
    recentlyUsed.forgetUntil(0);
    expect([...recentlyUsed.latest().keys()]).toEqual([second]);
    recentlyUsed.forgetUntil(20);
    expect(recentlyUsed.isEmpty).toBe(true);
    recentlyUsed.note(first, 20);
    expect([...recentlyUsed.latest()]).toEqual([[first, 20]]);
  });
});
