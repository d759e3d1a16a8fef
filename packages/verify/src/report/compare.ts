import { verdicts } from '../account/verdicts.js';
import type { ClauseOutcome } from '../clauses/clause.js';
import { formatMs } from '../clauses/clause.js';
import { harmOf } from '../clauses/signals.js';
import type { VerifyReport } from './verify-report.js';

/** A report with the name under which it is compared. */
export interface NamedReport {
  readonly name: string;
  readonly report: VerifyReport;
}

const words: Readonly<Record<ClauseOutcome, string>> = { pass: 'pass', fail: 'FAIL', 'not-applicable': '–' };

/** Reports side by side, as a Markdown table: servers, or two commits of one. */
export function renderComparison(reports: readonly NamedReport[]): string {
  const row = (name: string, cellOf: (report: VerifyReport) => string | number): string =>
    `| ${[name, ...reports.map(({ report }) => cellOf(report))].join(' | ')} |`;
  const titles = new Map(reports.flatMap(({ report }) => report.clauses.map(({ id, title }) => [id, title])));
  const clauseRows = [...titles].map(([id, title]) =>
    row(
      `${id} ${title}`,
      (report) => words[report.clauses.find((clause) => clause.id === id)?.outcome ?? 'not-applicable'],
    ),
  );
  const occurring = verdicts.filter((verdict) =>
    reports.some(({ report }) => report.account.verdicts[verdict] > 0),
  );
  return [
    `| | ${reports.map(({ name }) => name).join(' | ')} |`,
    `| --- |${' --- |'.repeat(reports.length)}`,
    ...clauseRows,
    row('stops', ({ runs }) => runs.length),
    row('requests', ({ account }) => account.total),
    ...occurring.map((verdict) => row(verdict, ({ account }) => account.verdicts[verdict])),
    row('lost or reset', ({ runs }) => runs.reduce((sum, run) => sum + harmOf(run), 0)),
    row('signal to exit, median', ({ runs }) => formatMs(median(runs.map(({ exit }) => exit.afterMs)))),
    row('seed', ({ seed }) => seed),
    '',
  ].join('\n');
}

/** The clauses that passed in the first report and fail in the last: what got worse. */
export function findRegressions(reports: readonly NamedReport[]): string[] {
  const [first, last] = [reports.at(0)?.report, reports.at(-1)?.report];
  return (last?.clauses ?? [])
    .filter(({ id, outcome }) => {
      const before = first?.clauses.find((clause) => clause.id === id)?.outcome;
      return outcome === 'fail' && before === 'pass';
    })
    .map(({ id }) => id);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
