import { writeFileSync } from 'node:fs';
import { renderGitHubAnnotations } from '../report/github.js';
import { renderHtml } from '../report/html/page.js';
import { renderJUnit } from '../report/junit.js';
import { renderTerminal } from '../report/terminal.js';
import type { VerifyReport } from '../report/verify-report.js';
import type { VerifyFlags } from './verify-flags.js';

/** Prints the report, and writes it to every file that was asked for. */
export function writeReports(report: VerifyReport, flags: VerifyFlags): void {
  if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(report, undefined, 1)}\n`);
  if (flags.html !== undefined) writeFileSync(flags.html, renderHtml(report));
  if (flags.junit !== undefined) writeFileSync(flags.junit, renderJUnit(report));
  if (process.env['GITHUB_ACTIONS'] === 'true') process.stdout.write(renderGitHubAnnotations(report));
  if (flags.quiet === true) return;
  const color = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  process.stdout.write(renderTerminal(report, { color }));
}
