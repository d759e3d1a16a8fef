import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { resolveLameDuckGap, startLameDuck } from '../../src/pacing/lame-duck-pace.js';

describe('the gap between two clients of a lame duck', () => {
  it.each([
    [100, 10_000, 1_000, 90],
    [9, 10_000, 1_000, 1_000],
    [2, 10_000, 1_000, 1_000],
    [0, 10_000, 1_000, 1_000],
    [100_000, 10_000, 1_000, 0.09],
    [10, 1_000, 1_000, 0],
  ])(
    'for %i clients in %i ms with %i ms of grace is %d ms at most',
    (clients, durationMs, graceMs, gapMs) => {
      expect(resolveLameDuckGap(clients, { durationMs, graceMs })).toBe(gapMs);
    },
  );

  it('sends all away within the duration, whatever chance says', async () => {
    const clock = createManualClock();
    const sent: number[] = [];
    const clients = Array.from({ length: 30 }, (_value, index) => index);
    startLameDuck(clients, {
      clock,
      pace: { durationMs: 10_000, graceMs: 1_000, signal: new AbortController().signal },
      random: () => 1,
      sendAway: (client) => sent.push(client),
      cutShort: () => expect.unreachable(),
    });
    await clock.advance(999);
    expect(sent).toEqual([]);
    await clock.advance(9_001);
    expect(sent).toEqual(clients);
  });

  it('gives those that are left to somebody else when it is over before its time', async () => {
    const clock = createManualClock();
    const over = new AbortController();
    let left: readonly string[] = [];
    startLameDuck(['a', 'b', 'c'], {
      clock,
      pace: { durationMs: 10_000, graceMs: 1_000, signal: over.signal },
      random: () => 0,
      sendAway: () => {},
      cutShort: (clients) => {
        left = clients;
      },
    });
    await clock.advance(1_000);
    over.abort();
    expect(left).toEqual(['b', 'c']);
    expect(clock.timers).toBe(0);
  });
});
