import type { Tally } from '../account/tally.js';
import { verdicts } from '../account/verdicts.js';
import { formatMs } from '../clauses/clause.js';
import { type ClauseVerdict, judgedOf, type VerifyReport } from './verify-report.js';

export interface TerminalOptions {
  readonly color: boolean;
}

const marks = { pass: 'pass', fail: 'FAIL', 'not-applicable': ' –  ' } as const;
const colors = { pass: 32, fail: 31, 'not-applicable': 90 } as const;

/** The report for a terminal: the verdicts, the account, and what to do. */
export function renderTerminal(report: VerifyReport, { color }: TerminalOptions): string {
  const paint = (text: string, code: number): string => (color ? `\u001B[${code}m${text}\u001B[0m` : text);
  const clause = ({ id, title, outcome, reason, advice }: ClauseVerdict): string[] => {
    const head = `  ${paint(marks[outcome], colors[outcome])}  ${id}  ${title}`;
    const why = `             ${paint(reason, outcome === 'fail' ? 0 : 90)}`;
    return advice === undefined ? [head, why] : [head, why, `             ${paint(`→ ${advice}`, 36)}`];
  };
  return [
    judgedOf(report),
    `${report.server.url}, ready after ${formatMs(report.server.startMs)}, ` +
      `${report.runs.length} runs in ${formatMs(report.durationMs)}, seed ${report.seed}`,
    '',
    ...report.clauses.flatMap(clause),
    '',
    ...accountLines(report.account),
    ...report.skipped.map(
      ({ index, scenario, reason }) => `  run ${index} (${scenario}) was not played: ${reason}`,
    ),
    ...report.notes.map((note) => `  note: ${note}`),
    '',
    summary(report, paint),
    '',
  ].join('\n');
}

function accountLines(account: Tally): string[] {
  const parts = verdicts.flatMap((verdict) => {
    const count = account.verdicts[verdict];
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return [`  ${account.total} requests: ${parts.join(', ')}`];
}

function summary(report: VerifyReport, paint: (text: string, code: number) => string): string {
  const count = (outcome: ClauseVerdict['outcome']): number =>
    report.clauses.filter((clause) => clause.outcome === outcome).length;
  const tail = `${count('pass')} passed, ${count('fail')} failed, ${count('not-applicable')} not applicable`;
  return report.passed
    ? paint(`It stops gracefully: ${tail}.`, 32)
    : paint(`It does not stop gracefully: ${tail}.`, 31);
}
