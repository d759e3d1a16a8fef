import type { PlannedRun } from './plan/plan.js';
import type { RunEvidence } from './run/run-evidence.js';

/** What happens while the judge works, for whoever watches. */
export type VerifyProgress =
  | { readonly type: 'baseline' }
  | { readonly type: 'planned'; readonly runs: number; readonly seed: string }
  | { readonly type: 'run-begins'; readonly run: PlannedRun; readonly of: number }
  /** The server is not ours, and somebody has to stop it now. */
  | { readonly type: 'stop-now'; readonly url: string; readonly watchMs: number }
  | { readonly type: 'run-ends'; readonly evidence: RunEvidence; readonly of: number };
