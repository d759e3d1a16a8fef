import { type ClauseVerdict, judgedOf, type VerifyReport } from './verify-report.js';

/** The report as JUnit XML: one test case a clause, so that every CI shows them. */
export function renderJUnit(report: VerifyReport): string {
  const failures = report.clauses.filter(({ outcome }) => outcome === 'fail').length;
  const skipped = report.clauses.filter(({ outcome }) => outcome === 'not-applicable').length;
  const counts = `tests="${report.clauses.length}" failures="${failures}" skipped="${skipped}" errors="0"`;
  const seconds = (report.durationMs / 1_000).toFixed(3);
  const name = escapeXml(`quiesce verify: ${judgedOf(report)}`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts} time="${seconds}">`,
    `  <testsuite name="${name}" ${counts} time="${seconds}" timestamp="${report.startedAt}">`,
    `    <properties><property name="seed" value="${escapeXml(report.seed)}"/></properties>`,
    ...report.clauses.flatMap(testCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase({ id, title, outcome, reason, advice, page }: ClauseVerdict): string[] {
  const open = `    <testcase classname="quiesce.verify.${id}" name="${escapeXml(`${id} ${title}`)}"`;
  switch (outcome) {
    case 'pass':
      return [`${open}/>`];
    case 'not-applicable':
      return [`${open}>`, `      <skipped message="${escapeXml(reason)}"/>`, '    </testcase>'];
    case 'fail': {
      const text = escapeXml(`${reason}\n${advice ?? ''}\ndocs/verify/${page}`);
      return [
        `${open}>`,
        `      <failure message="${escapeXml(reason)}">${text}</failure>`,
        '    </testcase>',
      ];
    }
  }
}

/** Control characters, which XML 1.0 cannot hold at all, are left out. */
function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\P{Cc}\n\t]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
