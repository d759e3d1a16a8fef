export { clauses } from './clauses/clause-table.js';
export { InterruptedError, JudgeError, NotJudgeableError, VerifyOptionsError } from './errors.js';
export type {
  DurableOptions,
  ExpectedExit,
  LoadOptions,
  RequestInput,
  StopSignal,
  VerifyOptions,
} from './options/verify-options.js';
export type { VerifyProgress } from './progress.js';
export { findRegressions, type NamedReport, renderComparison } from './report/compare.js';
export { renderGitHubAnnotations } from './report/github.js';
export { renderHtml } from './report/html/page.js';
export { renderJUnit } from './report/junit.js';
export { readReport } from './report/read-report.js';
export { renderTerminal } from './report/terminal.js';
export type { ClauseVerdict, VerifyReport } from './report/verify-report.js';
export { readRequests } from './requests/read-requests.js';
export { verify } from './verify.js';
