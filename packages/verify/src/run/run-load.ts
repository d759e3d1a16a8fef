import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type RunAccount, type ServedLookup, takeAccount } from '../account/account.js';
import { findFirstSign, type StopInstants } from '../account/instants.js';
import { readRecords } from '../account/read-records.js';
import type { RequestRecord } from '../account/request-record.js';
import type { Baseline } from '../baseline/baseline.js';
import { expectHere } from '../baseline/expected-bodies.js';
import { JudgeError, NotJudgeableError } from '../errors.js';
import type { LoadResult, Target } from '../load/assignment.js';
import { type LoadFleet, startLoadFleet } from '../load/load-fleet.js';
import { splitLoad } from '../load/split-load.js';
import type { ResolvedVerifyOptions } from '../options/resolve-verify-options.js';
import type { PlannedRun } from '../plan/plan.js';
import type { ServerProcess } from '../server/server-process.js';
import { pause } from '../time/pause.js';
import type { Stopped } from './stop-server.js';

/** A request that got no answer for so long after the deadline never gets one. */
const requestSlackMs = 10_000;
const outputPatienceMs = 500;

/** The load of one run, and the logs that its processes write. */
export interface RunLoad {
  readonly fleet: LoadFleet;
  readonly files: readonly string[];
}

export interface LoadSettings {
  readonly options: ResolvedVerifyOptions;
  readonly baseline: Baseline;
  /** Where the load processes keep their logs. */
  readonly directory: string;
}

export async function beginLoad(
  { options, baseline, directory }: LoadSettings,
  planned: PlannedRun,
  target: Target,
  epochNs: bigint,
): Promise<RunLoad> {
  const templates = await expectHere(target, baseline.templates);
  const patienceMs = planned.stop.graceMs ?? options.remote?.watchMs ?? options.deadlineMs;
  const assignments = splitLoad(planned.streams, options.load.processes).map((streams, worker) => ({
    worker,
    epochNs: String(epochNs),
    seed: `${planned.seed}/load-${worker}`,
    target,
    templates,
    streams,
    marker: options.marker,
    logFile: join(directory, `run-${planned.index}-${worker}.log`),
    requestTimeoutMs: patienceMs + requestSlackMs,
  }));
  return { fleet: startLoadFleet(assignments), files: assignments.map(({ logFile }) => logFile) };
}

export interface RunAccountInput {
  readonly options: ResolvedVerifyOptions;
  readonly server: ServerProcess;
  readonly files: readonly string[];
  readonly results: readonly LoadResult[];
  readonly stopped: Stopped;
  readonly epochNs: bigint;
}

/** Accounts for every request of a run, and removes its logs: what stays on disk does not grow with the number of runs. */
export async function takeRunAccount(
  input: RunAccountInput,
): Promise<{ account: RunAccount; signalUs: number }> {
  const { options, server, files, results } = input;
  const stop = stopInstantsOf(input);
  if (options.servedLog !== undefined) {
    // What it has written may not have been read yet; a child that lives on may keep the stream open.
    await Promise.race([server.output.ended(), pause(outputPatienceMs, options.interrupt)]);
  }
  const served = servedLookup(options, server);
  const account = takeAccount({ files, stop, announceMs: options.announceMs, served });
  const opened = results.reduce((sum, { requests }) => sum + requests, 0);
  if (opened !== account.tally.total) {
    throw new JudgeError(`${opened} requests were planned and ${account.tally.total} accounted for`);
  }
  const { answered } = account.tally.verdicts;
  if (options.servedLog !== undefined && answered > 0 && server.output.servedCount() === 0) {
    throw new NotJudgeableError(
      `${answered} requests were answered, and no line of its output that matches ${options.servedLog.source} names one by its X-Request-Id`,
      server.output.tail(),
    );
  }
  for (const file of files) rmSync(file);
  return { account, signalUs: stop.signalUs };
}

function stopInstantsOf({ options, files, results, stopped, epochNs }: RunAccountInput): StopInstants {
  const us = (atNs: bigint): number => Number(atNs - epochNs) / 1_000;
  const lastNs = stopped.exit?.atNs ?? stopped.killedAtNs;
  const signalUs = us(stopped.signalledAtNs);
  const byHand = options.remote !== undefined && options.remote.stopCommand === undefined;
  return {
    // Nobody has told when it was stopped by hand: the stop begins with the first sign of it.
    signalUs: byHand ? (findFirstSign(recordsOf(files), signalUs) ?? us(process.hrtime.bigint())) : signalUs,
    // What is still there goes on to be accused of what it does to clients.
    exitUs: lastNs === undefined ? Number.POSITIVE_INFINITY : us(lastNs),
    killedUs: stopped.killedAtNs === undefined ? undefined : us(stopped.killedAtNs),
    clientsLateUs: Math.max(0, ...results.map(({ health }) => health.latenessP99Ms)) * 1_000,
  };
}

function* recordsOf(files: readonly string[]): Generator<RequestRecord> {
  for (const file of files) yield* readRecords(file);
}

function servedLookup(
  { servedLog, marker }: ResolvedVerifyOptions,
  { output }: ServerProcess,
): ServedLookup | undefined {
  if (servedLog !== undefined) return ({ worker, seq }) => output.served(worker, seq);
  if (marker === undefined) return undefined;
  // A complete answer without the marker is not the handler's; without an answer, nothing is said.
  return ({ marked, verdict }) =>
    marked || (verdict === 'wrong' || verdict === 'turned-away' ? false : undefined);
}
