import type { RunEvidence } from '../../run/run-evidence.js';
import { linearScale, niceTicks, renderPlot, round, xScaleOf } from './plot-frame.js';
import { shownSpanOf } from './run-markers.js';

const width = 1_000;
const height = 180;
const yTickCount = 4;

/** How many connections the clients had open, one line a run. */
export function renderConnections(runs: readonly RunEvidence[]): string {
  const most = Math.max(1, ...runs.flatMap(({ connections }) => connections.map(([, open]) => open)));
  const y = linearScale(0, most * 1.05, height, 0);
  const frame = {
    width,
    height,
    title: 'open connections around the stop signal',
    x: {
      from: -400,
      to: Math.max(...runs.map((run) => shownSpanOf(run).to)),
      label: 'milliseconds from the stop signal',
    },
    yTicks: niceTicks(0, most, yTickCount).map((value) => ({ at: y(value), text: String(value) })),
    yLabel: 'connections',
    markers: [{ at: 0, label: 'signal', kind: 'signal' as const }],
  };
  const x = xScaleOf(frame);
  const lines = runs.map(({ connections, index }) => {
    const shown = connections.filter(([ms]) => ms >= frame.x.from && ms <= frame.x.to);
    const [first] = shown;
    if (first === undefined) return '';
    // A count holds until the next sample: the line goes across, then up or down.
    const steps = shown.map(([ms, open]) => `H${round(x(ms))}V${round(y(open))}`).join('');
    return `<path class="connections" d="M${round(x(first[0]))} ${round(y(first[1]))}${steps}"><title>run ${index}</title></path>`;
  });
  return renderPlot(frame, lines.join(''));
}
