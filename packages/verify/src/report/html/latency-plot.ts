import { isLoad } from '../../account/streams.js';
import type { RunEvidence } from '../../run/run-evidence.js';
import { verdictColors } from './palette.js';
import { linearScale, renderPlot, round, type Scale, xScaleOf } from './plot-frame.js';
import { shownSpanOf } from './run-markers.js';
import { describe } from './timeline-plot.js';

const width = 1_000;
const height = 260;
const decades = [0.1, 1, 10, 100, 1_000, 10_000, 100_000];

/** Every kept request of these runs as a dot: when it ended, how long it took. The signal is at zero. */
export function renderLatencies(runs: readonly RunEvidence[]): string {
  const exhibits = runs
    .flatMap(({ account }) => account?.exhibits ?? [])
    .filter(({ stream }) => isLoad(stream));
  const longest = Math.max(10, ...exhibits.map(({ fromMs, toMs }) => toMs - fromMs));
  const y = logScale(0.1, longest);
  const span = { from: -400, to: Math.max(...runs.map((run) => shownSpanOf(run).to)) };
  const frame = {
    width,
    height,
    title: 'latency before and after the stop signal',
    x: { ...span, label: 'milliseconds from the stop signal' },
    yTicks: decades.filter((value) => value <= longest).map((value) => ({ at: y(value), text: `${value}` })),
    yLabel: 'ms, logarithmic',
    markers: [{ at: 0, label: 'signal', kind: 'signal' as const }],
  };
  const x = xScaleOf(frame);
  const dots = exhibits
    .filter(({ toMs }) => toMs >= span.from && toMs <= span.to)
    // The grave ones are drawn last, so that no crowd of good answers hides them.
    .toSorted((a, b) => Number(a.offence !== undefined) - Number(b.offence !== undefined))
    .map((exhibit) => {
      const radius = exhibit.offence === undefined ? 1.6 : 2.8;
      return (
        `<circle cx="${round(x(exhibit.toMs))}" cy="${round(y(exhibit.toMs - exhibit.fromMs))}" r="${radius}"` +
        ` fill="${verdictColors[exhibit.verdict]}"><title>${describe(exhibit)}</title></circle>`
      );
    });
  return renderPlot(frame, `<g class="dots">${dots.join('')}</g>`);
}

function logScale(least: number, most: number): Scale {
  const linear = linearScale(Math.log10(least), Math.log10(most * 1.3), height, 0);
  return (value) => linear(Math.log10(Math.max(least, value)));
}
