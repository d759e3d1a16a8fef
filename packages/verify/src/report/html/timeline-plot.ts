import type { Exhibit } from '../../account/exhibit.js';
import type { RunEvidence } from '../../run/run-evidence.js';
import { escapeHtml } from './escape-html.js';
import { verdictColors } from './palette.js';
import { renderPlot, round, xScaleOf } from './plot-frame.js';
import { markersOf, shownSpanOf } from './run-markers.js';

const width = 1_000;
const mostHeight = 520;
const leastBarPixels = 2;

/** One run: every kept request is a bar from its first byte to its end, coloured by its verdict, in order of beginning. */
export function renderTimeline(run: RunEvidence): string {
  const span = shownSpanOf(run);
  const exhibits = (run.account?.exhibits ?? []).filter(
    ({ toMs, fromMs }) => toMs >= span.from && fromMs <= span.to,
  );
  const rowHeight = Math.min(4, mostHeight / Math.max(1, exhibits.length));
  const height = Math.max(60, Math.round(rowHeight * exhibits.length));
  const frame = {
    width,
    height,
    title: `requests of run ${run.index} around the stop signal`,
    x: { ...span, label: 'milliseconds from the stop signal' },
    yTicks: [],
    yLabel: `${exhibits.length} requests`,
    markers: markersOf(run),
  };
  const scale = xScaleOf(frame);
  const bars = exhibits.map((exhibit, row) => {
    const from = Math.max(0, scale(exhibit.fromMs));
    const to = Math.min(width, scale(exhibit.toMs));
    const size = Math.max(leastBarPixels, to - from);
    return (
      `<rect x="${round(from)}" y="${round(row * rowHeight)}" width="${round(size)}" height="${round(rowHeight * 0.86)}"` +
      ` fill="${verdictColors[exhibit.verdict]}"><title>${describe(exhibit)}</title></rect>`
    );
  });
  return renderPlot(frame, `<g class="bars">${bars.join('')}</g>`);
}

export function describe({ id, stream, verdict, offence, fromMs, toMs, status }: Exhibit): string {
  const answer = status > 0 ? `, status ${status}` : '';
  const held = offence === undefined ? '' : ` (held against the server: ${offence})`;
  return escapeHtml(
    `${stream} request ${id}: ${verdict}${held}${answer}, from ${fromMs} ms, ${round(toMs - fromMs)} ms long`,
  );
}
