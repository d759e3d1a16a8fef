import type { VerifyReport } from './verify-report.js';

/** Workflow commands that GitHub Actions shows as annotations: one error for each clause that failed. */
export function renderGitHubAnnotations(report: VerifyReport): string {
  return report.clauses
    .filter(({ outcome }) => outcome === 'fail')
    .map(({ id, title, reason, advice }) => {
      return `::error title=${escapeProperty(`${id} ${title}`)}::${escapeData(`${reason}\n${advice ?? ''}`)}\n`;
    })
    .join('');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
