import type { ControlEvent } from '@quiesce/control/client';
import { describe, expect, it } from 'vitest';
import { paint } from '../../src/terminal/paint.js';
import { renderWatch } from '../../src/watch/render-watch.js';
import {
  createWatchModel,
  updateWatchModel,
  type WatchEvent,
  type WatchModel,
} from '../../src/watch/watch-model.js';
import { createStatus } from '../support/status.js';

function follow(events: readonly (readonly [number, WatchEvent])[]): WatchModel {
  let model = createWatchModel(0);
  for (const [nowMs, event] of events) model = updateWatchModel(model, event, nowMs);
  return model;
}

function render(model: WatchModel, nowMs: number, columns = 80, rows = 24): readonly string[] {
  return renderWatch(model, nowMs, { columns, rows }).map((line) => paint(line, false).trimEnd());
}

const stopping: ControlEvent = {
  type: 'status',
  status: createStatus({
    state: 'stopping',
    stop: { mode: 'graceful', reason: 'control:owner', phase: 'drain', remainingMs: 20_000 },
  }),
};
const begin: ControlEvent = { type: 'phase-start', atMs: 0, phase: 'drain', budgetMs: 18_000 };
const lost: WatchEvent = { type: 'lost', why: 'nobody answers' };

describe('a service that is watched', () => {
  it('is waited for before it is there', () => {
    expect(render(createWatchModel(0), 1_500)).toEqual(['waiting for it, 1.5 s']);
    expect(render(follow([[100, lost]]), 2_000)).toEqual(['waiting for it, 2 s', 'nobody answers']);
  });

  it('shows its phases, and the time that is left as the clock goes on', () => {
    const model = follow([
      [1_000, stopping],
      [1_000, { type: 'phase-end', atMs: 0, phase: 'announce', outcome: 'done', durationMs: 5_000 }],
      [1_000, { type: 'phase-end', atMs: 0, phase: 'refuse', outcome: 'skipped', durationMs: 0 }],
      [1_000, begin],
    ]);
    expect(render(model, 4_200).slice(1, 4)).toEqual([
      'graceful, in drain  17 s left  control:owner',
      '  announce     5 s  done',
      '  drain      3.2 s  of 18 s',
    ]);
  });

  it('tells what happened lately, five lines at most', () => {
    const notes = Array.from({ length: 7 }, (_, index): readonly [number, WatchEvent] => [
      0,
      { type: 'note', atMs: 0, code: 'x', message: `note ${index}` },
    ]);
    const lines = render(follow([[0, stopping], ...notes]), 0);
    expect(lines.slice(-5)).toEqual([2, 3, 4, 5, 6].map((index) => `note: note ${index}`));
  });

  it('is gone when its connection is, with its clock standing still, and is another one when it comes back', () => {
    const gone = follow([
      [0, stopping],
      [0, begin],
      [1_000, lost],
      [3_000, lost],
    ]);
    const lines = render(gone, 6_000);
    expect(lines[0]).toBe('gone; waiting for it to come back, 5 s');
    expect(lines[3]).toContain('19 s left');
    const status = createStatus({ process: { pid: 4711, startTicks: 99 } });
    const back = updateWatchModel(gone, { type: 'status', status }, 7_000);
    expect(back.phases).toEqual([]);
    expect(render(back, 7_000)[0]).toBe('orders  running  up 1 h 2 min  pid 4711  host:4711');
  });

  it('keeps its phases when it is only looked at again', () => {
    const model = follow([
      [0, stopping],
      [0, begin],
      [500, stopping],
    ]);
    expect(model.phases).toHaveLength(1);
    expect(render(model, 1_500)[2]).toBe('  drain      1.5 s  of 18 s');
  });

  it('fits into a narrow and low window', () => {
    const model = follow([
      [0, stopping],
      [0, begin],
    ]);
    const lines = render(model, 0, 30, 4);
    expect(lines).toEqual([
      'orders  stopping  up 1 h 2 mi…',
      'graceful, in drain  20 s left…',
      '  drain       0 ms  of 18 s',
      '',
    ]);
  });
});
