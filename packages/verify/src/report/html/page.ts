import type { Verdict } from '../../account/verdicts.js';
import { formatMs, plural } from '../../clauses/clause.js';
import { harmOf } from '../../clauses/signals.js';
import type { RunEvidence } from '../../run/run-evidence.js';
import { judgedOf, type VerifyReport } from '../verify-report.js';
import { renderConnections } from './connections-plot.js';
import { escapeHtml } from './escape-html.js';
import { renderExits } from './exits-plot.js';
import { renderLatencies } from './latency-plot.js';
import { renderLegend } from './palette.js';
import { style } from './style.js';
import { renderAccountTable, renderClauseTable, renderLatencyTable, renderRunTable } from './tables.js';
import { renderTimeline } from './timeline-plot.js';

/** The policy forbids the page every request: what is not in the file is not shown. */
const policy = "default-src 'none'; style-src 'unsafe-inline'";

/** The report as one HTML page, complete in itself: no script, no network, readable on paper. */
export function renderHtml(report: VerifyReport): string {
  const title = report.passed ? 'It stops gracefully' : 'It does not stop gracefully';
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<title>${title}: ${escapeHtml(judgedOf(report))}</title><style>${style}</style></head><body><main>`,
    renderHead(report, title),
    renderFailed(report),
    renderPlots(report),
    renderOthers(report),
    '<h2>The account</h2>',
    `<p class="soft">Every request that was planned, and what became of it. Whether a handler ran rests on ${
      evidenceWords[report.handlerEvidence]
    }.</p>`,
    `<div class="scroll">${renderAccountTable(report.account)}${renderLatencyTable(report.runs)}</div>`,
    '<h2>Runs</h2>',
    `<div class="scroll">${renderRunTable(report)}</div>`,
    renderNotes(report),
    '</main></body></html>',
    '',
  ].join('\n');
}

function renderHead(report: VerifyReport, title: string): string {
  const failed = report.clauses.filter(({ outcome }) => outcome === 'fail');
  const passed = report.clauses.filter(({ outcome }) => outcome === 'pass').length;
  const lost = report.runs.reduce((sum, { account }) => sum + (account?.offences.lost ?? 0), 0);
  const resets = report.runs.reduce((sum, run) => sum + harmOf(run), 0) - lost;
  const figure = (value: string | number, label: string): string =>
    `<li><b>${value}</b><span>${label}</span></li>`;
  return [
    `<h1 class="${report.passed ? 'pass' : 'fail'}">${title}</h1>`,
    `<p class="soft">${report.startedAt.slice(0, 16).replace('T', ' ')} UTC · quiesce verify ${report.version} · seed ` +
      `${escapeHtml(report.seed)} · ${formatMs(report.durationMs)} · Node ${report.machine.node} on ${report.machine.platform}, ` +
      `${plural(report.machine.cpus, 'processor')}</p>`,
    `<code class="command">${escapeHtml(judgedOf(report))}</code>`,
    '<ul class="figures">',
    figure(`${passed} / ${passed + failed.length}`, 'clauses that apply pass'),
    figure(report.runs.length, 'stops'),
    figure(report.account.total.toLocaleString('en-US'), 'requests accounted for'),
    figure(lost, 'lost in the server’s hand'),
    figure(resets, 'reset without an answer'),
    '</ul>',
  ].join('');
}

const evidenceWords: Readonly<Record<VerifyReport['handlerEvidence'], string>> = {
  'server-log': "the server's own log",
  'response-header': 'a header that only handlers set',
  'response-body': 'what only handlers write into a body',
  protocol: 'what the protocol shows',
};

/** What went wrong comes before everything else. */
function renderFailed({ clauses }: VerifyReport): string {
  const failed = clauses.filter(({ outcome }) => outcome === 'fail');
  return failed.length === 0 ? '' : `<h2>What fails</h2>${renderClauseTable(failed)}`;
}

/** What passes, and, folded away, what could not be asked. */
function renderOthers({ clauses }: VerifyReport): string {
  const passed = clauses.filter(({ outcome }) => outcome === 'pass');
  const notAsked = clauses.filter(({ outcome }) => outcome === 'not-applicable');
  const rest = `<details><summary>${plural(notAsked.length, 'clause')} not applicable</summary>${renderClauseTable(notAsked)}</details>`;
  return [
    passed.length === 0 ? '' : `<h2>What passes</h2>${renderClauseTable(passed)}`,
    notAsked.length === 0 ? '' : rest,
  ].join('');
}

function renderPlots(report: VerifyReport): string {
  const loaded = report.runs.filter(({ account }) => (account?.exhibits.length ?? 0) > 0);
  const stops = loaded.filter(({ scenario }) => scenario === 'stop');
  const worst = worstOf(stops.length > 0 ? stops : loaded);
  if (worst === undefined) return '';
  const occurring = new Set<Verdict>(
    loaded.flatMap(({ account }) => account?.exhibits.map(({ verdict }) => verdict) ?? []),
  );
  const scattered = stops.length > 0 ? stops : loaded;
  return [
    '<h2>One stop, request by request</h2>',
    `<p class="soft">Run ${worst.index}, ${escapeHtml(worst.title)}${
      harmOf(worst) > 0 ? ': the worst one' : ''
    }. Each bar is a request, from its first byte to its end. What went wrong is shown in full, the rest as an even sample.</p>`,
    renderLegend(occurring),
    renderTimeline(worst),
    '<h2>Latency before and after the signal</h2>',
    `<p class="soft">${plural(scattered.length, 'stop')} under load, laid over each other.</p>`,
    renderLatencies(scattered),
    '<h2>Open connections</h2>',
    renderConnections(scattered),
    '<h2>From the signal to the exit</h2>',
    '<p class="soft">Solid until the last answer, pale until the process had ended; red where it had to be killed.</p>',
    renderExits(report.runs),
  ].join('\n');
}

function worstOf(runs: readonly RunEvidence[]): RunEvidence | undefined {
  return runs.toSorted((a, b) => harmOf(b) - harmOf(a) || a.index - b.index)[0];
}

function renderNotes({ notes, skipped }: VerifyReport): string {
  const items = [
    ...skipped.map(({ index, scenario, reason }) => `run ${index} (${scenario}) was not played: ${reason}`),
    ...notes,
  ];
  if (items.length === 0) return '';
  return `<h2>Notes</h2><ul class="notes">${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}
