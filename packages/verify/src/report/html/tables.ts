import { streamKinds } from '../../account/streams.js';
import { sumOf, type Tally, type VerdictCounts } from '../../account/tally.js';
import { verdicts } from '../../account/verdicts.js';
import { formatExit, formatMs } from '../../clauses/clause.js';
import type { RunEvidence } from '../../run/run-evidence.js';
import type { ClauseVerdict, VerifyReport } from '../verify-report.js';
import { escapeHtml } from './escape-html.js';

const outcomeWords = { pass: 'pass', fail: 'fail', 'not-applicable': 'n/a' } as const;

/** Every clause: what was seen, and what to do where it failed. */
export function renderClauseTable(clauses: readonly ClauseVerdict[]): string {
  const rows = clauses.map(({ id, title, outcome, reason, advice }) => {
    const todo = advice === undefined ? '' : `<p class="advice">${escapeHtml(advice)}</p>`;
    return (
      `<tr class="${outcome}"><td><span class="badge">${outcomeWords[outcome]}</span></td><td class="id">${id}</td>` +
      `<td><b>${escapeHtml(title)}</b><p>${escapeHtml(reason)}</p>${todo}</td></tr>`
    );
  });
  return `<table class="clauses"><tbody>${rows.join('')}</tbody></table>`;
}

/** The account: a row for every kind of load, a column for every verdict that occurred; the sums add up. */
export function renderAccountTable(account: Tally): string {
  const columns = verdicts.filter((verdict) => account.verdicts[verdict] > 0);
  const row = (name: string, counts: VerdictCounts): string =>
    `<tr><th>${name}</th>${columns.map((verdict) => `<td>${counts[verdict] || ''}</td>`).join('')}<td>${sumOf(counts)}</td></tr>`;
  const rows = streamKinds.flatMap((kind) => {
    const counts = account.streams[kind];
    return counts === undefined ? [] : [row(kind, counts)];
  });
  const head = columns.map((verdict) => `<th>${verdict}</th>`).join('');
  return (
    `<table class="numbers"><thead><tr><th>load</th>${head}<th>all</th></tr></thead>` +
    `<tbody>${rows.join('')}</tbody><tfoot>${row('all', account.verdicts)}</tfoot></table>`
  );
}

/** Latency of answered requests before and after the signal, over the runs that had load. */
export function renderLatencyTable(runs: readonly RunEvidence[]): string {
  const rows = (['before', 'after'] as const).map((side) => {
    const summaries = runs.flatMap(({ account }) => {
      const latency = account?.latencies[side];
      return latency === undefined || latency.count === 0 ? [] : [latency];
    });
    const count = summaries.reduce((sum, latency) => sum + latency.count, 0);
    const median = (values: readonly number[]): number =>
      values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
    const p50 = formatFine(median(summaries.map((latency) => latency.p50)));
    const p99 = formatFine(median(summaries.map((latency) => latency.p99)));
    const max = formatFine(Math.max(0, ...summaries.map((latency) => latency.max)));
    return `<tr><th>${side} the signal</th><td>${count}</td><td>${p50}</td><td>${p99}</td><td>${max}</td></tr>`;
  });
  return (
    '<table class="numbers"><thead><tr><th>answered</th><th>requests</th><th>median</th><th>99 %</th><th>longest</th></tr></thead>' +
    `<tbody>${rows.join('')}</tbody></table>`
  );
}

function formatFine(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : formatMs(ms);
}

/** Every run, as it was played. */
export function renderRunTable({ runs }: Pick<VerifyReport, 'runs'>): string {
  const rows = runs.map((run) => {
    const { account } = run;
    const signals = run.signals
      .map(({ signal, atMs }) => (atMs < 1 ? signal : `${signal} +${formatMs(atMs)}`))
      .join(', ');
    return (
      `<tr><td>${run.index}</td><td class="text">${escapeHtml(run.title)}</td><td class="text">${escapeHtml(signals)}</td>` +
      `<td>${account?.tally.total ?? 0}</td><td>${account?.inFlight ?? 0}</td><td>${account?.offences.lost ?? 0}</td>` +
      `<td>${account?.offences['reset-reused'] ?? 0}</td><td>${account?.offences['reset-new'] ?? 0}</td>` +
      `<td class="text">${escapeHtml(formatExit(run))}</td><td>${formatMs(run.exit.afterMs)}</td></tr>`
    );
  });
  const head = [
    'run',
    'how',
    'signals',
    'requests',
    'in flight',
    'lost',
    'reset, kept',
    'reset, new',
    'end',
    'after',
  ];
  return (
    `<table class="numbers"><thead><tr>${head.map((name) => `<th>${name}</th>`).join('')}</tr></thead>` +
    `<tbody>${rows.join('')}</tbody></table>`
  );
}
