import type { Baseline } from '../baseline/baseline.js';
import type { ResolvedVerifyOptions } from '../options/resolve-verify-options.js';
import type { ScenarioId } from '../plan/scenario-ids.js';
import type { RunEvidence } from '../run/run-evidence.js';

export type ClauseOutcome = 'pass' | 'fail' | 'not-applicable';

/** Everything that a clause may look at. */
export interface Evidence {
  readonly options: ResolvedVerifyOptions;
  readonly baseline: Baseline;
  readonly runs: readonly RunEvidence[];
}

/** What a clause came to, and what that rests on. */
export interface Judgement {
  readonly outcome: ClauseOutcome;
  /** One line: what was seen. */
  readonly reason: string;
  /** Runs that were looked at. */
  readonly judgedRuns: number;
  /** Indexes of the runs that broke it. */
  readonly failedRuns: readonly number[];
}

/** One rule of a good stop. Ids are stable: a clause that goes is not replaced under its id. */
export interface Clause {
  readonly id: string;
  readonly title: string;
  /** What to do about it, in one line. */
  readonly advice: string;
  /** Its page in `docs/verify/`. */
  readonly page: string;
  /** Whether it looks at the process itself, which is not to be seen of a server that is not ours. */
  readonly needsProcess?: true;
  judge(evidence: Evidence): Judgement;
}

/** A clause that does not apply here, and why. */
export function notApplicable(reason: string): Judgement {
  return { outcome: 'not-applicable', reason, judgedRuns: 0, failedRuns: [] };
}

/** The runs of these scenarios, in which the server was there to be stopped. */
export function runsOf(evidence: Evidence, ...ids: readonly ScenarioId[]): RunEvidence[] {
  return evidence.runs.filter(({ scenario }) => ids.includes(scenario));
}

/** Whether it never ends, whatever is connected: then nothing more can be learned from it not ending. */
export function neverEnds({ baseline }: Evidence): boolean {
  return baseline.idleStop?.killed ?? false;
}

/** Judges run by run: `complaint` says what is wrong with one, or undefined. The clause fails when any run does. */
export function judgeRuns(
  runs: readonly RunEvidence[],
  complaint: (run: RunEvidence) => string | undefined,
  praise: (runs: readonly RunEvidence[]) => string,
): Judgement {
  const failed = runs.flatMap((run) => {
    const reason = complaint(run);
    return reason === undefined ? [] : [{ index: run.index, reason }];
  });
  const [first] = failed;
  if (first === undefined) {
    return { outcome: 'pass', reason: praise(runs), judgedRuns: runs.length, failedRuns: [] };
  }
  return {
    outcome: 'fail',
    reason: `${failed.length} of ${plural(runs.length, 'run')}: run ${first.index}: ${first.reason}`,
    judgedRuns: runs.length,
    failedRuns: failed.map(({ index }) => index),
  };
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A duration, for people. */
export function formatMs(ms: number): string {
  return Math.abs(ms) < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** How the main process ended, for people. */
export function formatExit({ exit }: Pick<RunEvidence, 'exit'>): string {
  if (exit.killed) return 'SIGKILL at the deadline';
  if (exit.seen !== undefined) return exit.seen;
  return exit.signal === null ? `exit code ${exit.code}` : `death by ${exit.signal}`;
}
