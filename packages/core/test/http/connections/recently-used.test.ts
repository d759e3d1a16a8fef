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
    expect([first, second, new Socket()].map((socket) => recentlyUsed.lastUse(socket))).toEqual([
      20,
      0,
      undefined,
    ]);
  });

  it('are forgotten up to a moment, and noted again afterwards', () => {
    const recentlyUsed = new RecentlyUsed();
    const [first, second] = [new Socket(), new Socket()];
    expect(recentlyUsed.isEmpty).toBe(true);
    recentlyUsed.note(first, 0);
    recentlyUsed.note(second, 20);
    recentlyUsed.forgetUntil(0);
    expect([first, second].map((socket) => recentlyUsed.lastUse(socket))).toEqual([undefined, 20]);
    recentlyUsed.forgetUntil(20);
    expect(recentlyUsed.isEmpty).toBe(true);
    recentlyUsed.note(first, 20);
    expect(recentlyUsed.lastUse(first)).toBe(20);
  });
});
