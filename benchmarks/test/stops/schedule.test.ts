import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/servers/catalogue.js';
import { scheduleStops } from '../../src/stops/schedule.js';

const options = {
  stops: 4,
  peerStops: 4,
  often: [],
  seed: 7,
  doubleSignal: true,
  reuseSlow: false,
  limitMs: 1_000,
};

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

  it('stops some servers oftener than the others, which take part in rounds that are spread evenly', () => {
    const schedule = scheduleStops(CATALOGUE, { ...options, stops: 20, peerStops: 5, often: ['quiesce'] });
    const roundsOf = (name: string) =>
      schedule.filter(({ entry }) => entry.name === name).map(({ plan }) => plan.seed);
    const rounds = roundsOf('quiesce');
    expect(rounds).toHaveLength(20);
    expect(roundsOf('nginx').map((seed) => rounds.indexOf(seed))).toEqual([3, 7, 11, 15, 19]);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(scheduleStops(CATALOGUE, options)).toEqual(scheduleStops(CATALOGUE, options));
    expect(scheduleStops(CATALOGUE, { ...options, seed: 8 })).not.toEqual(scheduleStops(CATALOGUE, options));
  });

  it('signals within the bounds that are published', () => {
    for (const { plan } of scheduleStops(CATALOGUE, { ...options, stops: 100, peerStops: 100 })) {
      expect(plan.signalAfterMs).toBeGreaterThanOrEqual(600);
      expect(plan.signalAfterMs).toBeLessThan(1_600);
      expect(plan.secondSignalAfterMs).toBeGreaterThanOrEqual(20);
      expect(plan.secondSignalAfterMs).toBeLessThan(150);
    }
  });
});
