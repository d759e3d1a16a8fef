import type { ControlEvent } from '@quiesce/control/client';
import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { describeEvent } from '../../src/stop/describe-event.js';
import { createNarrator } from '../../src/stop/narrator.js';
import { resolveRungs } from '../../src/stop/signal-ladder.js';

describe('an event of a stop, in one line', () => {
  it.each<readonly [ControlEvent, string | undefined]>([
    [
      { type: 'stop', atMs: 0, mode: 'graceful', reason: 'a\u001Bb', timeoutMs: 25_000 },
      'stopping: graceful (a\\u001bb), 25 s at most',
    ],
    [
      { type: 'phase-end', atMs: 0, phase: 'drain', outcome: 'done', durationMs: 1_240 },
      '  drain      1.2 s',
    ],
    [
      { type: 'phase-end', atMs: 0, phase: 'drain', outcome: 'cut', durationMs: 5 },
      '  drain       5 ms  cut',
    ],
    [{ type: 'phase-end', atMs: 0, phase: 'drain', outcome: 'skipped', durationMs: 0 }, undefined],
    [
      {
        type: 'hook-end',
        atMs: 0,
        component: 'http',
        phase: 'drain',
        outcome: 'late',
        durationMs: 18_000,
        error: { name: 'E', message: 'not\nin time' },
      },
      '  http: drain late after 18 s: not in time',
    ],
    [
      { type: 'hook-end', atMs: 0, component: 'http', phase: 'drain', outcome: 'done', durationMs: 1 },
      undefined,
    ],
    [
      { type: 'progress', atMs: 0, component: 'http', phase: 'drain', message: 'closing', remaining: 3 },
      '  http: closing, 3 left',
    ],
    [{ type: 'progress', atMs: 0, component: 'http', phase: 'drain' }, undefined],
    [
      { type: 'climb', from: 'graceful', to: 'last-ditch', cause: 'drain-end', atMs: 5 },
      '  graceful → last-ditch (drain-end)',
    ],
    [{ type: 'signal', atMs: 0, signal: 'SIGTERM', effect: 'joined' }, '  SIGTERM came: joined'],
    [{ type: 'state', atMs: 0, state: 'stopping' }, undefined],
  ])('%j reads %j', (event, line) => {
    expect(describeEvent(event)).toBe(line);
  });
});

describe('a phase that takes long', () => {
  it('is told of after a second, with those who are waited for', async () => {
    const clock = createManualClock();
    const said: string[] = [];
    const narrator = createNarrator({ clock, say: (line) => void said.push(line) });
    narrator.take({ type: 'phase-start', atMs: 0, phase: 'drain', budgetMs: 18_000 });
    for (const component of ['http', 'queue', 'jobs']) {
      narrator.take({ type: 'hook-start', atMs: 0, component, phase: 'drain', budgetMs: 18_000 });
    }
    narrator.take({
      type: 'hook-end',
      atMs: 0,
      component: 'queue',
      phase: 'drain',
      outcome: 'done',
      durationMs: 1,
    });
    await clock.advance(1_000);
    expect(said).toEqual(['  drain    … waiting for http, jobs, up to 17 s more']);
    narrator.end();
    expect(clock.timers).toBe(0);
  });

  it('is not told of when it was short', async () => {
    const clock = createManualClock();
    const said: string[] = [];
    const narrator = createNarrator({ clock, say: (line) => void said.push(line) });
    narrator.take({ type: 'phase-start', atMs: 0, phase: 'drain', budgetMs: 18_000 });
    narrator.take({ type: 'phase-end', atMs: 0, phase: 'drain', outcome: 'done', durationMs: 5 });
    await clock.advance(5_000);
    expect(said).toEqual(['  drain       5 ms']);
  });
});

describe('the ladder of signals', () => {
  it.each([
    [undefined, 25_000, ['SIGTERM 0', 'SIGKILL 23000']],
    ['graceful', 10_000, ['SIGTERM 0', 'SIGKILL 9000']],
    ['lame-duck', 1_000, ['SIGTERM 0', 'SIGKILL 900']],
    ['last-ditch', 10_000, ['SIGTERM 0', 'SIGTERM 600', 'SIGKILL 9000']],
    ['ldm', 500, ['SIGTERM 0', 'SIGKILL 450']],
    ['force', 10_000, ['SIGKILL 0']],
  ] as const)('of %s in %d ms is %j', (mode, timeoutMs, expected) => {
    const { rungs } = resolveRungs(mode, timeoutMs);
    expect(rungs.map(({ signal, atMs }) => `${signal} ${atMs}`)).toEqual(expected);
  });
});
