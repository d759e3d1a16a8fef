import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeBaseline } from './baseline/baseline.js';
import { NotJudgeableError } from './errors.js';
import { type ResolvedVerifyOptions, resolveVerifyOptions } from './options/resolve-verify-options.js';
import type { VerifyOptions } from './options/verify-options.js';
import { createPlan, type PlannedRun } from './plan/plan.js';
import { buildReport } from './report/build-report.js';
import type { VerifyReport } from './report/verify-report.js';
import { playRun, type RunContext } from './run/play-run.js';
import { createRemoteHost } from './run/remote-host.js';
import type { RunEvidence } from './run/run-evidence.js';
import { createServerHost } from './run/server-host.js';

/** A run that was planned and not played. */
export interface SkippedRun {
  readonly index: number;
  readonly scenario: string;
  readonly reason: string;
}

/**
 * Judges how a server stops: starts it, loads it, stops it, accounts for every request, as often as planned.
 *
 *     options → baseline → plan → runs → evidence → verdicts → report
 *
 * Nothing that it starts outlives it, also when it is interrupted. Throws `VerifyOptionsError`, `NotJudgeableError` (the
 * server cannot be judged), `InterruptedError`, and `JudgeError` when the judge itself failed.
 */
export async function verify(given: VerifyOptions): Promise<VerifyReport> {
  const options = resolveVerifyOptions(given);
  const startedAt = new Date();
  const begun = performance.now();
  const directory = mkdtempSync(join(tmpdir(), 'quiesce-verify-'));
  const host =
    options.remote === undefined
      ? await createServerHost(options)
      : await createRemoteHost(options, options.remote);
  try {
    options.onProgress({ type: 'baseline' });
    const baseline = await takeBaseline(host, options);
    const plan = createPlan(options, baseline.traits);
    options.onProgress({ type: 'planned', runs: plan.length, seed: options.seed });
    const { runs, skipped } = await playAll({ options, baseline, host, directory }, plan);
    return buildReport({
      options,
      baseline,
      runs,
      skipped,
      startedAt,
      durationMs: performance.now() - begun,
    });
  } finally {
    host.destroy();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A scenario in which the server had to be killed so often is known well enough. */
const enoughKills = 2;

async function playAll(
  context: RunContext,
  plan: readonly PlannedRun[],
): Promise<{ runs: RunEvidence[]; skipped: SkippedRun[] }> {
  const { options } = context;
  const runs: RunEvidence[] = [];
  const skipped: SkippedRun[] = [];
  for (const planned of plan) {
    const reason = reasonToSkip(options, runs, planned);
    if (reason !== undefined) {
      skipped.push({ index: planned.index, scenario: planned.scenario, reason });
      continue;
    }
    options.onProgress({ type: 'run-begins', run: planned, of: plan.length });
    const evidence = await playRun(context, planned);
    if (evidence.signals.length === 0) throw endedByItself(evidence);
    runs.push(evidence);
    options.onProgress({ type: 'run-ends', evidence, of: plan.length });
  }
  return { runs, skipped };
}

function reasonToSkip(
  { keepGoing }: ResolvedVerifyOptions,
  runs: readonly RunEvidence[],
  planned: PlannedRun,
): string | undefined {
  if (keepGoing) return undefined;
  const same = runs.filter(({ scenario }) => scenario === planned.scenario);
  if (same.length < enoughKills || !same.every(({ exit }) => exit.killed)) return undefined;
  return `it had to be killed in all ${same.length} runs of the same kind`;
}

function endedByItself({ exit, index, output }: RunEvidence): NotJudgeableError {
  const how = exit.signal === null ? `with code ${exit.code}` : `by ${exit.signal}`;
  return new NotJudgeableError(
    `in run ${index} the server ended ${how} before any stop signal was sent`,
    output,
  );
}
