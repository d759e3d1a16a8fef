import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { startPace } from '../../src/pacing/pace.js';

interface Visits {
  readonly clock: ReturnType<typeof createManualClock>;
  readonly visited: string[];
  readonly pace: ReturnType<typeof startPace<string>>;
}

function start(items: string[], gapMs: number, firstAfterMs = 0, random: () => number = () => 1): Visits {
  const clock = createManualClock();
  const visited: string[] = [];
  const visit = (item: string): void => void visited.push(`${item}@${clock.now()}`);
  return { clock, visited, pace: startPace(items, { clock, firstAfterMs, gapMs, random, visit }) };
}

describe('a pace', () => {
  it('visits one after the other', async () => {
    const { clock, visited, pace } = start(['a', 'b', 'c'], 100, 1_000);
    expect(pace.left).toBe(3);
    await clock.advance(1_150);
    expect(visited).toEqual(['a@1000', 'b@1100']);
    expect(pace.left).toBe(1);
    await clock.advance(100);
    expect(visited.at(-1)).toBe('c@1200');
    expect(clock.timers).toBe(0);
  });

  it('makes each gap random between half of it and the whole', async () => {
    const randoms = [0, 0.5, 1];
    const { clock, visited } = start(['a', 'b', 'c', 'd'], 100, 0, () => randoms.shift() ?? 0);
    await clock.advance(1_000);
    expect(visited).toEqual(['a@0', 'b@50', 'c@125', 'd@225']);
  });

  it('visits several at once where a timer is too coarse for the gap', async () => {
    const items = Array.from({ length: 100 }, (_value, index) => String(index));
    const { clock, visited } = start(items, 0.5);
    for (let ms = 0; ms < 20; ms += 1) await clock.advance(1);
    expect(visited).toHaveLength(41);
    for (let ms = 0; ms < 30; ms += 1) await clock.advance(1);
    expect(visited).toHaveLength(100);
  });

  it('visits no more than a hundred in one turn of the event loop, however late it is', async () => {
    const clock = createManualClock();
    const inTurns: number[] = [];
    let inTurn = 0;
    const visit = (): void => {
      if (inTurn === 0) {
        setImmediate(() => {
          inTurns.push(inTurn);
          inTurn = 0;
        });
      }
      inTurn += 1;
    };
    startPace(Array.from({ length: 250 }), { clock, firstAfterMs: 0, gapMs: 0, random: () => 1, visit });
    await clock.advance(0);
    await clock.settle();
    expect(inTurns).toEqual([100, 100, 50]);
  });

  it('takes more at its end, also when all have been visited', async () => {
    const { clock, visited, pace } = start(['a'], 100);
    await clock.advance(500);
    pace.add('b');
    pace.add('c');
    await clock.advance(500);
    expect(visited).toEqual(['a@0', 'b@500', 'c@600']);
  });

  it('gives back what it has not visited, and visits it no more', async () => {
    const { clock, visited, pace } = start(['a', 'b', 'c'], 100);
    await clock.advance(0);
    expect(pace.cancel()).toEqual(['b', 'c']);
    await clock.advance(1_000);
    expect(visited).toEqual(['a@0']);
    expect(pace.left).toBe(0);
  });
});
