import { describe, expect, it } from 'vitest';
import { runSoak } from '../../scripts/soak/run-soak.mjs';

/** Long runs are an option: `npm run soak -- --stops 300`. */
const stops = 3;

describe('the message log, stopped at random moments under load', () => {
  it.for(['sigterm', 'sigint', 'control', 'last-ditch'])(
    'by %s: has every message that was acknowledged, once and whole, and every offset',
    async (way) => {
      const result = await runSoak({ way, stops, seed: 20_001 });
      expect(result).toMatchObject({
        lost: { synced: 0, buffered: 0 },
        twice: 0,
        torn: 0,
        offsets: 0,
        wrongEnds: [],
      });
      expect(result.acknowledged.synced).toBeGreaterThan(0);
      expect(result.acknowledged.buffered).toBeGreaterThan(0);
    },
  );

  it('by kill -9: has every message that was acknowledged after its sync', async () => {
    const result = await runSoak({ way: 'kill', stops, seed: 20_002 });
    expect(result).toMatchObject({ lost: { synced: 0 }, twice: 0, torn: 0, offsets: 0, wrongEnds: [] });
    expect(result.acknowledged.synced).toBeGreaterThan(0);
  });
});
