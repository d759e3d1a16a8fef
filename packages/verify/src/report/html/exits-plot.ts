import { formatExit, formatMs } from '../../clauses/clause.js';
import type { RunEvidence } from '../../run/run-evidence.js';
import { escapeHtml } from './escape-html.js';
import { renderPlot, round, xScaleOf } from './plot-frame.js';

const width = 1_000;
const rowHeight = 17;

/** Every run as a bar from its signal to its end: solid until the last answer, pale from there to the exit. */
export function renderExits(runs: readonly RunEvidence[]): string {
  const longest = Math.max(1, ...runs.map(({ exit }) => exit.afterMs));
  const frame = {
    width,
    height: runs.length * rowHeight,
    title: 'how long each stop took',
    x: { from: 0, to: longest * 1.16, label: 'milliseconds from the stop signal' },
    yTicks: [],
    yLabel: `${runs.length} runs`,
    markers: [],
  };
  const x = xScaleOf(frame);
  const rows = runs.map((run, row) => {
    const y = row * rowHeight + 3;
    const answered = Math.min(run.exit.afterMs, Math.max(0, run.lastAnswerMs ?? 0));
    const bar = (className: string, to: number): string =>
      `<rect class="${className}" x="0" y="${y}" width="${round(x(to))}" height="${rowHeight - 6}"/>`;
    const title = `run ${run.index}, ${run.title}: ${formatExit(run)} after ${formatMs(run.exit.afterMs)}`;
    return (
      `<g><title>${escapeHtml(title)}</title>` +
      bar(run.exit.killed ? 'exit-bar killed' : 'exit-bar', run.exit.afterMs) +
      bar('answer-bar', answered) +
      `<text class="tick" x="-8" y="${y + 9}" text-anchor="end">${run.index}</text>` +
      `<text class="exit-label" x="${round(x(run.exit.afterMs) + 5)}" y="${y + 9}">${escapeHtml(formatExit(run))}</text></g>`
    );
  });
  return renderPlot(frame, rows.join(''));
}
