import { describe, expect, it } from 'vitest';
import type { ServiceLine } from '../../scripts/demo/service-process.mjs';
import { plainLine } from '../../scripts/demo/view/plain-lines.mjs';
import { stopLines } from '../../scripts/demo/view/stop-lines.mjs';
import { StopProgress } from '../../scripts/demo/view/stop-progress.mjs';
import { paintInColour, paintPlain } from '../../scripts/demo/view/style.mjs';

/** What a service writes in a stop of 2.5 s, each line with the time it came. */
const stop: readonly ServiceLine[] = [
  { type: 'stop', atMs: 100, mode: 'graceful', reason: 'signal:SIGTERM', timeoutMs: 25_000 },
  { type: 'phase-start', atMs: 100, phase: 'announce', budgetMs: 9_250 },
  { type: 'phase-end', atMs: 1_100, phase: 'announce', outcome: 'done', durationMs: 1_000 },
  { type: 'phase-start', atMs: 1_100, phase: 'refuse', budgetMs: 8_250 },
  { type: 'phase-end', atMs: 1_103, phase: 'refuse', outcome: 'done', durationMs: 3 },
  { type: 'phase-start', atMs: 1_103, phase: 'drain', budgetMs: 16_497 },
  { type: 'phase-end', atMs: 2_603, phase: 'drain', outcome: 'done', durationMs: 1_500 },
  { type: 'phase-start', atMs: 2_603, phase: 'persist', budgetMs: 19_997 },
  { type: 'note', atMs: 2_605, component: 'log', code: 'synced', message: '7 orders were synced' },
  { type: 'phase-end', atMs: 2_613, phase: 'persist', outcome: 'failed', durationMs: 10 },
];

/** A phase's line: its name, its bar in 34 columns, its duration, and what is known of it. */
const line = (name: string, start: number, bar: string, duration: string, text: string): string =>
  `${name.padEnd(10)}${(' '.repeat(start) + bar).padEnd(34)}${duration.padStart(8)}  ${text}`;

function follow(lines: readonly ServiceLine[]): StopProgress {
  const progress = new StopProgress();
  for (const each of lines) if (each.type !== 'status') progress.apply(each, each.atMs);
  return progress;
}

describe('the picture of a stop', () => {
  it('has a bar for each phase where and as long as the phase was', () => {
    expect(stopLines(follow(stop), paintPlain, 100)).toEqual([
      line('announce', 0, '━'.repeat(10), '1.00 s', 'readiness is red, all is still served'),
      line('refuse', 10, '╸', '3 ms', 'the listener closes, clients are told'),
      line('drain', 10, '━'.repeat(15), '1.50 s', 'the last of 0 in flight is answered'),
      line('persist', 25, '╸', '10 ms', 'failed'),
      line('release', 0, '', '', 'files and connections are closed'),
      line('exit', 0, '', '', 'the report is written'),
    ]);
  });

  it('says of the phase that runs what is in flight and how much time it has left', () => {
    const progress = follow(stop.slice(0, 6));
    progress.inFlight = 41;
    progress.tick(1_603);
    expect(stopLines(progress, paintPlain, 100)[2]).toBe(
      line('drain', 10, '━'.repeat(5), '0.50 s', '41 in flight, 16.00 s left'),
    );
  });

  it('shows a long stop on a coarser scale, so that no bar gets too long', () => {
    const progress = follow(stop.slice(0, 6));
    progress.tick(9_103);
    const lines = stopLines(progress, paintPlain, 100);
    expect(lines[0]).toContain(` ${'━'.repeat(3)} `);
    expect(lines[2]).toContain(` ${'━'.repeat(20)} `);
  });

  it('fits into 80 columns', () => {
    const progress = follow(stop.slice(0, 6));
    progress.inFlight = 1_234;
    for (const nowMs of [1_200, 2_603, 9_103, 20_000]) {
      progress.tick(nowMs);
      for (const each of stopLines(progress, paintPlain, 80)) expect(each.length).toBeLessThanOrEqual(80);
    }
  });

  it('is as wide in colour as without', () => {
    const inColour = stopLines(follow(stop), paintInColour, 100);
    expect(inColour[0]).toContain('\u001B[32m');
    // oxlint-disable-next-line no-control-regex -- the escape sequences are what is taken out
    const stripped = inColour.map((each) => each.replaceAll(/\u001B\[\d+m/g, ''));
    expect(stripped).toEqual(stopLines(follow(stop), paintPlain, 100));
  });
});

describe('the lines where nothing can be drawn', () => {
  it('tell each phase with the time since the stop was asked for', () => {
    const progress = new StopProgress();
    const lines = stop.map((each) => {
      if (each.type !== 'status') progress.apply(each, each.atMs);
      return plainLine(each, progress);
    });
    expect(lines.slice(0, 3)).toEqual([
      '+0.000 s  stop      graceful, signal:SIGTERM, 25.00 s at most',
      '+0.000 s  announce  begins, 0 in flight, 9.25 s at most',
      '+1.000 s  announce  done after 1.00 s',
    ]);
    expect(lines.slice(-2)).toEqual([
      '+2.505 s  note      7 orders were synced',
      '+2.513 s  persist   failed after 10 ms',
    ]);
  });
});
