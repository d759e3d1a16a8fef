import { describe, expect, it } from 'vitest';
import { BARE, QUIESCE } from '../../src/servers/catalogue.js';
import { emptyTally } from '../../src/stops/account.js';
import { checkSmoke } from '../../src/stops/smoke.js';
import type { ServerSummary } from '../../src/stops/summary.js';

const sound: ServerSummary = {
  entry: QUIESCE,
  stops: 2,
  requests: 2_000,
  tally: { ...emptyTally(), answered: 2_000 },
  runsWithLoss: 0,
  exitAfterMs: [],
  lastAnswerToExitMs: [],
  exits: new Map([['0', 2]]),
  bottlenecks: 0,
};
const bare: ServerSummary = { ...sound, entry: BARE, tally: { ...emptyTally(), lost: 60 } };

describe('smoke', () => {
  it('has nothing to say of a sound run', () => {
    expect(checkSmoke([bare, sound])).toEqual([]);
  });

  it('tells a judge that is blind', () => {
    expect(checkSmoke([{ ...bare, tally: emptyTally() }])).toEqual([
      expect.stringContaining('no loss was seen'),
    ]);
  });

  it('tells a request that quiesce lost, and an exit that was not clean', () => {
    const tally = { ...emptyTally(), lost: 1 };
    expect(
      checkSmoke([
        {
          ...sound,
          tally,
          exits: new Map([
            ['3', 1],
            ['0', 1],
          ]),
        },
      ]),
    ).toHaveLength(2);
  });

  it('tells a load that was none', () => {
    expect(checkSmoke([{ ...sound, requests: 10 }])).toHaveLength(1);
  });
});
