export { verify } from './verify.js';
export { InterruptedError, JudgeError, NotJudgeableError, VerifyOptionsError } from './errors.js';
export { clauses } from './clauses/clause-table.js';
export { renderGitHubAnnotations } from './report/github.js';
export { renderJUnit } from './report/junit.js';
export { renderTerminal } from './report/terminal.js';
export { readRequests } from './requests/read-requests.js';
export type {
  DurableOptions,
  ExpectedExit,
  LoadOptions,
  RequestInput,
  StopSignal,
  VerifyOptions,
} from './options/verify-options.js';
export type { VerifyProgress } from './progress.js';
export type { ClauseVerdict, VerifyReport } from './report/verify-report.js';
