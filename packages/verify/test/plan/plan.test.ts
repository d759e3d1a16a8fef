import { describe, expect, it } from 'vitest';
import { resolveVerifyOptions } from '../../src/options/resolve-verify-options.js';
import { createPlan } from '../../src/plan/plan.js';
import type { ServerTraits } from '../../src/plan/scenarios.js';

const traits: ServerTraits = {
  startMs: 100,
  load: [0],
  download: undefined,
  upload: 1,
  stuck: { template: 1, whole: false },
  ready: undefined,
  live: undefined,
  durableWrite: 2,
  pid1Possible: true,
  http2: false,
  websocket: undefined,
  sse: undefined,
};

function planOf(options: { runs?: number; seed?: string; only?: readonly ('stop' | 'early')[] }) {
  return createPlan(resolveVerifyOptions({ command: ['server'], seed: 'x', ...options }), traits);
}

describe('the plan', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planOf({ seed: 'a' })).toEqual(planOf({ seed: 'a' }));
    expect(planOf({ seed: 'a' })).not.toEqual(planOf({ seed: 'b' }));
  });

  it('plays an ordinary stop ten times in twenty, and every other scenario at least once', () => {
    const scenarios = planOf({}).map(({ scenario }) => scenario);
    expect(scenarios).toHaveLength(20);
    expect(scenarios.filter((scenario) => scenario === 'stop')).toHaveLength(10);
    expect(new Set(scenarios).size).toBe(9);
  });

  it.each([1, 2, 3, 7, 11, 50])(
    'plays exactly as many runs as asked for (%i), the first an ordinary stop',
    (runs) => {
      const plan = planOf({ runs });
      expect(plan.map(({ index }) => index)).toEqual(Array.from({ length: runs }, (_empty, index) => index));
      expect(plan[0]?.scenario).toBe('stop');
      expect(plan.filter(({ scenario }) => scenario === 'stop').length).toBeGreaterThanOrEqual(runs / 2);
    },
  );

  it('plays only what was asked for, in equal parts', () => {
    const scenarios = planOf({ runs: 6, only: ['stop', 'early'] }).map(({ scenario }) => scenario);
    expect(scenarios.filter((scenario) => scenario === 'early')).toHaveLength(3);
    expect(scenarios.filter((scenario) => scenario === 'stop')).toHaveLength(3);
  });

  it('stops an early run before the server can be ready', () => {
    for (const seed of ['a', 'b', 'c', 'd', 'e']) {
      const [early] = planOf({ seed, only: ['early'], runs: 1 });
      expect(early?.stop.after).toBe('spawn');
      expect(early?.stop.afterMs).toBeLessThan(traits.startMs);
    }
  });
});
