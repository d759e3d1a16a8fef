import { availableParallelism } from 'node:os';
import { addTallies } from '../account/tally.js';
import type { Baseline } from '../baseline/baseline.js';
import { type Evidence, formatExit, notApplicable } from '../clauses/clause.js';
import { clauses } from '../clauses/clause-table.js';
import { originOf } from '../load/assignment.js';
import type { ResolvedVerifyOptions } from '../options/resolve-verify-options.js';
import { version } from '../own-package.js';
import type { RunEvidence } from '../run/run-evidence.js';
import { notesOn } from './notes.js';
import type { ClauseVerdict, VerifyReport } from './verify-report.js';

export interface ReportInput {
  readonly options: ResolvedVerifyOptions;
  readonly baseline: Baseline;
  readonly runs: readonly RunEvidence[];
  readonly skipped: VerifyReport['skipped'];
  readonly startedAt: Date;
  readonly durationMs: number;
}

/** Draws every clause's verdict from the evidence, and puts all of it into the report. */
export function buildReport(input: ReportInput): VerifyReport {
  const { options, baseline, runs, skipped } = input;
  const verdicts = judgeAll({ options, baseline, runs });
  return {
    schema: 'quiesce.verify/1',
    version,
    startedAt: input.startedAt.toISOString(),
    durationMs: Math.round(input.durationMs),
    command: options.command,
    seed: options.seed,
    passed: verdicts.every(({ outcome }) => outcome !== 'fail'),
    settings: settingsOf(options),
    machine: {
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      cpus: availableParallelism(),
    },
    server: serverOf(baseline),
    clauses: verdicts,
    account: addTallies(runs.flatMap(({ account }) => (account === undefined ? [] : [account.tally]))),
    handlerEvidence: options.marker?.kind ?? (options.servedLog === undefined ? 'protocol' : 'server-log'),
    runs,
    skipped,
    notes: [...baseline.notes, ...notesOn(runs)],
  };
}

function judgeAll(evidence: Evidence): ClauseVerdict[] {
  return clauses.map((clause) => {
    const notOurs = evidence.options.remote !== undefined && clause.needsProcess === true;
    const { outcome, reason, judgedRuns, failedRuns } = notOurs
      ? notApplicable('the process is not ours to see (--url)')
      : clause.judge(evidence);
    const { id, title, page, advice } = clause;
    return {
      id,
      title,
      outcome,
      reason,
      ...(outcome === 'fail' ? { advice } : {}),
      page,
      judgedRuns,
      failedRuns,
    };
  });
}

function settingsOf(options: ResolvedVerifyOptions): VerifyReport['settings'] {
  const { runs, signal, deadlineMs, endWithinMs, announceMs, expectExit, ready, live, servedLog, remote } =
    options;
  return {
    runs,
    signal,
    deadlineMs,
    endWithinMs,
    ...(announceMs === undefined ? {} : { announceMs }),
    expectExit,
    ...(ready === undefined ? {} : { ready }),
    ...(live === undefined ? {} : { live }),
    ...(servedLog === undefined ? {} : { servedLog: servedLog.source }),
    ...(remote && { url: remote.url }),
    ...(remote?.stopCommand && { stopCommand: remote.stopCommand }),
  };
}

function serverOf({ target, traits, templates, idleStop }: Baseline): VerifyReport['server'] {
  return {
    url: originOf(target),
    startMs: Math.round(traits.startMs),
    http2: traits.http2,
    requests: templates.map(({ name, role }) => (role === 'load' ? name : `${name} (${role})`)),
    ...(idleStop && {
      idleStop: {
        tookMs: Math.round(idleStop.tookMs),
        exit: formatExit({ exit: { ...idleStop, afterMs: idleStop.tookMs } }),
      },
    }),
  };
}
