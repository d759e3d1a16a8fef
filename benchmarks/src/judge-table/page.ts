import { formatMachine, type Machine } from '../reporting/machine.js';
import { markdownTable } from '../reporting/markdown-table.js';
import type { JudgedReport } from './judge.js';
import type { JudgedServer } from './judged-servers.js';

/** One row of the table. */
export interface JudgedRow {
  readonly server: JudgedServer;
  readonly version: string;
  readonly report: JudgedReport;
}

export interface Comparison {
  readonly rows: readonly JudgedRow[];
  readonly machine: Machine;
  readonly startedAt: Date;
  readonly command: string;
  readonly seed: string;
  readonly runs: number;
}

const SIGNS = { pass: '✓', fail: '✗', 'not-applicable': '·' } as const;

/** The page `docs/verify/comparison.md`. */
export function renderPage(comparison: Comparison): string {
  const { rows, machine, startedAt, command, seed, runs } = comparison;
  const stops = Math.ceil(runs / 2);
  const bound = Math.ceil((1 - 0.05 ** (1 / stops)) * 100);
  return [
    '# How servers stop, judged alike',
    `Written by \`${command}\` on ${startedAt.toISOString().slice(0, 10)}: ${runs} runs of each (half of them stops under load), seed \`${seed}\`, ` +
      `${formatMachine(machine)}.`,
    'Each does the same work (answers after 10 and 50 ms, downloads of 4 MiB, uploads), is set up as its own documentation recommends, and is ' +
      'judged with the same load and a deadline of 12 s. ✓ passes, ✗ fails, · does not apply or was not asked. Whether a handler ran is known from a ' +
      'line that each writes. The figure at the end leaves out what was not asked: it is no ranking, since clauses differ in weight.',
    `A ✗ is proof; a ✓ in so few runs is not: with no harm in ${stops} stops one is 95 % sure that fewer than ${bound} % of stops do worse. Repeat it with more runs, on a quiet machine, before you decide on it.`,
    renderTable(rows),
    renderColumns(rows),
    '## What failed, and where',
    rows.map(renderRow).join('\n\n'),
    '',
  ].join('\n\n');
}

/** A row for each server, a column for each clause that was asked of anyone. */
export function renderTable(rows: readonly JudgedRow[]): string {
  const columns = askedClauses(rows);
  const outcomeOf = ({ report }: JudgedRow, id: string): keyof typeof SIGNS =>
    report.clauses.find((clause) => clause.id === id)?.outcome ?? 'not-applicable';
  return markdownTable(
    ['server', ...columns.map(({ id, page }) => `[${id}](${page})`), 'pass'],
    rows.map((row) => {
      const outcomes = columns.map(({ id }) => outcomeOf(row, id));
      const passed = outcomes.filter((outcome) => outcome === 'pass').length;
      const applied = outcomes.filter((outcome) => outcome !== 'not-applicable').length;
      return [nameOf(row), ...outcomes.map((outcome) => SIGNS[outcome]), `${passed} of ${applied}`];
    }),
  );
}

function askedClauses(rows: readonly JudgedRow[]): JudgedReport['clauses'] {
  const all = rows[0]?.report.clauses ?? [];
  return all.filter(({ id }) =>
    rows.some(({ report }) =>
      report.clauses.some((clause) => clause.id === id && clause.outcome !== 'not-applicable'),
    ),
  );
}

function renderColumns(rows: readonly JudgedRow[]): string {
  return askedClauses(rows)
    .map(({ id, title }) => `${id} ${title}`)
    .join(' · ');
}

function nameOf({ server, version }: JudgedRow): string {
  return version === '' ? server.title : `${server.title} ${version}`;
}

function renderRow(row: JudgedRow): string {
  const failed = row.report.clauses.filter(({ outcome }) => outcome === 'fail');
  const reasons = failed.map(({ id, reason }) => `- ${id}: ${reason}`);
  return [
    `**${nameOf(row).replaceAll('**', '')}** (${row.server.setUp})`,
    '',
    ...(reasons.length > 0 ? reasons : ['- nothing']),
  ].join('\n');
}
