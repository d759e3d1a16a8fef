import type { ControlStatus } from '@quiesce/control/client';
import { describe, expect, it } from 'vitest';
import { renderStatus } from '../../src/status/render-status.js';
import { displayWidth } from '../../src/terminal/display-width.js';
import { paint } from '../../src/terminal/paint.js';
import { createStatus } from '../support/status.js';

function render(status: ControlStatus, columns = 80): readonly string[] {
  return renderStatus(status, columns).map((line) => paint(line, false).trimEnd());
}

describe('a service on one screen', () => {
  it('is who it is, what it does, and what its components have pending', () => {
    expect(render(createStatus())).toEqual([
      'orders  running  up 1 h 2 min  pid 4711  host:4711',
      '',
      'component  state      pending',
      'control    started',
      'http       started         12  critical',
      'in flight 12',
    ]);
  });

  it('shows the stop: how, where it is, why, and the time that is left', () => {
    const stopping = createStatus({
      state: 'stopping',
      ready: false,
      waitingCallers: 2,
      stop: { mode: 'graceful', reason: 'signal:SIGTERM', phase: 'drain', remainingMs: 17_400 },
    });
    expect(render(stopping).slice(0, 2)).toEqual([
      'orders  stopping  up 1 h 2 min  pid 4711  host:4711',
      'graceful, in drain  17 s left  signal:SIGTERM',
    ]);
    expect(render(stopping).at(-1)).toBe('in flight 12  2 callers wait for the end');
  });

  it('says when the stop before this start was cut short', () => {
    expect(render(createStatus({ previousStop: 'killed' })).at(-1)).toContain('it was killed');
  });

  it.each([80, 40, 20, 10, 1])('fits into %d columns, wide characters whole', (columns) => {
    const status = createStatus({
      name: '注文サービス注文サービス',
      components: [
        { name: '注文処理コンポーネント', tier: 'critical', state: 'stopping', pending: 123 },
        { name: 'a'.repeat(100), tier: 'standard', state: 'started' },
      ],
      stop: { mode: 'last-ditch', reason: 'x'.repeat(200), phase: 'persist', remainingMs: 1 },
    });
    const lines = render(status, columns);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    expect(lines.join('')).not.toContain('\uFFFD');
  });

  it('keeps its columns straight in 40 columns under wide names', () => {
    const components = [
      { name: '注文処理コンポーネント全部', tier: 'standard', state: 'stopping', pending: 123 },
      { name: 'http', tier: 'standard', state: 'started', pending: 4 },
    ] as const;
    expect(render(createStatus({ components }), 40).slice(2, 5)).toEqual([
      'component             state      pending',
      '注文処理コンポーネ…   stopping       123',
      'http                  started          4',
    ]);
  });

  it('shows nothing that a terminal would act upon', () => {
    const status = createStatus({ name: 'a\u001B[2J', instance: 'b\u0007' });
    expect(render(status)[0]).toContain('a\\u001b[2J');
  });
});
