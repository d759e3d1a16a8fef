import { formatNumber, markdownTable } from '../reporting/markdown-table.js';
import { median } from '../statistics/quantiles.js';
import type { Evidence } from './account.js';
import type { StopsOptions } from './stop-options.js';
import type { StopRun } from './stop-run.js';
import type { ServerSummary } from './summary.js';

const HEADER = [
  'server',
  'stops',
  'requests',
  'lost',
  'runs with loss',
  'reset, reused',
  'reset, new',
  '503',
  'other',
  'timed out',
  'exit after the signal, median (min–max) ms',
  'last answer → exit, median (max) ms',
  'exit',
];

function formatExitTime(summary: ServerSummary, limitMs: number): string {
  const { exitAfterMs: times, stops } = summary;
  const over = stops - times.length;
  const within =
    times.length === 0
      ? ''
      : `${formatNumber(median(times))} (${formatNumber(Math.min(...times))}–${formatNumber(Math.max(...times))})`;
  return over === 0 ? within : `${within} over ${formatNumber(limitMs)} (${over} of ${stops})`.trim();
}

function formatExits(exits: ServerSummary['exits']): string {
  const each = [...exits].map(([exit, times]) => (exits.size === 1 ? exit : `${exit} ×${times}`));
  return each.length === 0 ? '–' : each.join(', ');
}

function row(summary: ServerSummary, limitMs: number): readonly string[] {
  const { tally, lastAnswerToExitMs: ends } = summary;
  return [
    summary.entry.title,
    formatNumber(summary.stops),
    formatNumber(summary.requests),
    formatNumber(tally.lost),
    formatNumber(summary.runsWithLoss),
    formatNumber(tally['reset-reused']),
    formatNumber(tally['reset-new']),
    formatNumber(tally.unavailable),
    formatNumber(tally['other-answer'] + tally['never-sent']),
    formatNumber(tally['timed-out']),
    formatExitTime(summary, limitMs),
    ends.length === 0 ? '–' : `${formatNumber(median(ends))} (${formatNumber(Math.max(...ends))})`,
    formatExits(summary.exits),
  ];
}

function describeBottlenecks(summaries: readonly ServerSummary[]): string {
  const total = summaries.reduce((sum, { bottlenecks }) => sum + bottlenecks, 0);
  const stops = summaries.reduce((sum, summary) => sum + summary.stops, 0);
  const names = summaries.filter(({ bottlenecks }) => bottlenecks > 0).map(({ entry }) => entry.name);
  return total === 0
    ? `The load generator was never the bottleneck (${stops} runs).`
    : `The load generator may have been the bottleneck in ${total} of ${stops} runs (${names.join(', ')}): more than 85 % of a core, or an event loop 50 ms late (p99).`;
}

/** The comparison, as Markdown. */
export function formatStops(summaries: readonly ServerSummary[], options: StopsOptions): string {
  const second = options.doubleSignal ? ', a second signal 20 to 150 ms after the first' : '';
  const reuse = options.reuseSlow ? ', slow clients keep their connections' : '';
  return [
    `Interleaved stops, seed ${options.seed}${second}${reuse}. Sums over all stops of a server.`,
    markdownTable(
      HEADER,
      summaries.map((summary) => row(summary, options.limitMs)),
    ),
    describeBottlenecks(summaries),
  ].join('\n\n');
}

function formatEvidence(item: Evidence): string {
  const ms = (value: number | undefined): string => formatNumber(value, 1);
  return [
    `- ${item.verdict}: ${item.id} on a ${item.connection} connection`,
    `sent ${ms(item.sentAfterMs)} ms after the signal (${ms(item.sentAfterRefusalMs)} after the first refusal)`,
    `handler ${item.ranAfterMs === undefined ? 'never ran' : `ran at ${ms(item.ranAfterMs)}`}`,
    `ended at ${ms(item.endedAfterMs)} with ${item.detail ?? `status ${item.status}`}, ${item.bodyBytes} bytes of body`,
  ].join(', ');
}

/** As many as a person reads; all that are kept are in the JSON. */
const SHOWN_OF_A_RUN = 10;

/** The requests of a server that were neither served nor plainly refused. */
export function formatAllEvidence(runs: readonly StopRun[]): string {
  return runs
    .filter((run) => run.account.evidence.length > 0)
    .map((run) => {
      const { evidence } = run.account;
      const title = `${run.server}, seed ${run.plan.seed}: exit ${run.exit} after ${formatNumber(run.exitAfterMs, 1)} ms`;
      const rest = evidence.length - SHOWN_OF_A_RUN;
      const more = rest > 0 ? [`- and ${rest} more`] : [];
      return [title, ...evidence.slice(0, SHOWN_OF_A_RUN).map(formatEvidence), ...more].join('\n');
    })
    .join('\n');
}
