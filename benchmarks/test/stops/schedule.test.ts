import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/servers/catalogue.js';
import { scheduleStops } from '../../src/stops/schedule.js';

const options = { stops: 4, seed: 7, doubleSignal: true, reuseSlow: false, limitMs: 1_000 };

describe('schedule', () => {
  it('stops every server once a round, under the same plan', () => {
    const schedule = scheduleStops(CATALOGUE, options);
    expect(schedule).toHaveLength(4 * CATALOGUE.length);
    for (let round = 0; round < 4; round += 1) {
      const stops = schedule.slice(round * CATALOGUE.length, (round + 1) * CATALOGUE.length);
      expect(new Set(stops.map(({ entry }) => entry))).toEqual(new Set(CATALOGUE));
      expect(new Set(stops.map(({ plan }) => plan)).size).toBe(1);
    }
  });

  it('is the same for the same seed, and another for another', () => {
    expect(scheduleStops(CATALOGUE, options)).toEqual(scheduleStops(CATALOGUE, options));
    expect(scheduleStops(CATALOGUE, { ...options, seed: 8 })).not.toEqual(scheduleStops(CATALOGUE, options));
  });

  it('signals within the bounds that are published', () => {
    for (const { plan } of scheduleStops(CATALOGUE, { ...options, stops: 100 })) {
      expect(plan.signalAfterMs).toBeGreaterThanOrEqual(600);
      expect(plan.signalAfterMs).toBeLessThan(1_600);
      expect(plan.secondSignalAfterMs).toBeGreaterThanOrEqual(20);
      expect(plan.secondSignalAfterMs).toBeLessThan(150);
    }
  });
});
