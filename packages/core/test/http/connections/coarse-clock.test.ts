import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { createCoarseClock } from '../../../src/http/connections/coarse-clock.js';

describe('a coarse clock', () => {
  it('is never more than its resolution behind', async () => {
    const clock = createManualClock();
    const coarse = createCoarseClock(clock, 5);
    for (let step = 0; step < 100; step += 1) {
      await clock.advance(1.7);
      const behindMs = clock.now() - coarse.now();
      expect(behindMs).toBeGreaterThanOrEqual(0);
      expect(behindMs).toBeLessThan(5);
    }
  });

  it('reads the time once, however often it is asked', () => {
    const clock = createManualClock();
    let readings = 0;
    const coarse = createCoarseClock(
      {
        ...clock,
        now: () => {
          readings += 1;
          return clock.now();
        },
      },
      5,
    );
    for (let asked = 0; asked < 1_000; asked += 1) coarse.now();
    expect(readings).toBe(1);
  });

  it('has a timer only while it is asked', async () => {
    const clock = createManualClock();
    const coarse = createCoarseClock(clock, 5);
    expect(clock.timers).toBe(0);
    coarse.now();
    expect(clock.timers).toBe(1);
    await clock.advance(5);
    expect(clock.timers).toBe(0);
    coarse.now();
    coarse.stop();
    expect(clock.timers).toBe(0);
  });
});
