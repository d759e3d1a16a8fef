import { join } from 'node:path';
import { type RunAccount, takeAccount } from '../account/account.js';
import type { StopInstants } from '../account/instants.js';
import type { Baseline } from '../baseline/baseline.js';
import { JudgeError } from '../errors.js';
import type { LoadResult, Target } from '../load/assignment.js';
import { type LoadFleet, startLoadFleet } from '../load/load-fleet.js';
import { splitLoad } from '../load/split-load.js';
import type { ResolvedVerifyOptions } from '../options/resolve-verify-options.js';
import type { PlannedRun } from '../plan/plan.js';
import { canListen } from '../server/free-port.js';
import type { ServerProcess } from '../server/server-process.js';
import { pause } from '../time/pause.js';
import { describeRun } from './describe-run.js';
import { findLeftovers } from './leftovers.js';
import { readBack } from './read-back.js';
import type { RunEvidence } from './run-evidence.js';
import type { ServerHost } from './server-host.js';
import { type Stopped, stopServer } from './stop-server.js';

/** What all runs of one judging share. */
export interface RunContext {
  readonly options: ResolvedVerifyOptions;
  readonly baseline: Baseline;
  readonly host: ServerHost;
  /** Where the load processes keep their logs. */
  readonly directory: string;
}

const establishPatienceMs = 10_000;
const finishGraceMs = 1_000;
const unawareMs = 500;
/** A request that got no answer for so long after the deadline never gets one. */
const requestSlackMs = 10_000;

/**
 * Plays one run:
 *
 *     start → ready → load in its stride → pause → signal(s) → exit, or SIGKILL at the deadline
 *           → load ends → account → who and what is left → (durable: a successor is asked)
 */
export async function playRun(context: RunContext, planned: PlannedRun): Promise<RunEvidence> {
  const { host, options } = context;
  const epochNs = process.hrtime.bigint();
  const begun = await startForRun(context, planned);
  const load = planned.streams.length > 0 ? beginLoad(context, planned, begun, epochNs) : undefined;
  try {
    const ended = begun.server.exited.then(() => false);
    const established =
      load === undefined || (await Promise.race([load.fleet.established(establishPatienceMs), ended]));
    await pause(planned.stop.afterMs, options.interrupt);
    begun.server.family();
    if (planned.stop.withdrawMedianMs !== undefined) load?.fleet.withdraw(planned.stop.withdrawMedianMs);
    const stopped = await stopServer(begun.server, planned.stop, options);
    // Clients that have not learned of the stop by now go on sending; what becomes of that is part of the account.
    if (planned.stop.withdrawMedianMs !== undefined) await pause(unawareMs, options.interrupt);
    const results = load === undefined ? [] : await load.fleet.finish(finishGraceMs);
    const account = load && takeRunAccount(context, begun.server, load.files, results, stopped, epochNs);
    const leftovers = await findLeftovers(begun.server, options.interrupt);
    const busyPorts = await findBusyPorts(context.baseline.target, planned);
    host.release(begun.server);
    const acknowledged = results.flatMap((result) => result.acknowledged);
    const durable =
      planned.scenario === 'durable' && options.durable !== undefined
        ? await readBack(host, options.durable, acknowledged)
        : undefined;
    const startMs = begun.startMs;
    return describeRun({
      planned,
      established,
      startMs,
      stopped,
      epochNs,
      account,
      results,
      leftovers,
      busyPorts,
      durable,
      output: begun.server.output.tail(),
    });
  } finally {
    load?.fleet.destroy();
    host.release(begun.server);
  }
}

interface Begun {
  readonly server: ServerProcess;
  readonly target: Target;
  readonly startMs: number | undefined;
}

async function startForRun({ host, baseline }: RunContext, planned: PlannedRun): Promise<Begun> {
  if (planned.stop.after === 'spawn') {
    return { server: await host.spawn(), target: baseline.target, startMs: undefined };
  }
  return await host.start({ asPid1: planned.stop.asPid1 === true });
}

function beginLoad(
  { options, baseline, directory }: RunContext,
  planned: PlannedRun,
  { target }: Begun,
  epochNs: bigint,
): { readonly fleet: LoadFleet; readonly files: readonly string[] } {
  const assignments = splitLoad(planned.streams, options.load.processes).map((streams, worker) => ({
    worker,
    epochNs: String(epochNs),
    seed: `${planned.seed}/load-${worker}`,
    target,
    templates: baseline.templates,
    streams,
    logFile: join(directory, `run-${planned.index}-${worker}.log`),
    requestTimeoutMs: (planned.stop.graceMs ?? options.deadlineMs) + requestSlackMs,
  }));
  return { fleet: startLoadFleet(assignments), files: assignments.map(({ logFile }) => logFile) };
}

function takeRunAccount(
  { options }: RunContext,
  server: ServerProcess,
  files: readonly string[],
  results: readonly LoadResult[],
  stopped: Stopped,
  epochNs: bigint,
): RunAccount {
  const us = (atNs: bigint): number => Number(atNs - epochNs) / 1_000;
  const stop: StopInstants = {
    signalUs: us(stopped.signalledAtNs),
    exitUs: us(stopped.exit?.atNs ?? stopped.killedAtNs ?? stopped.signalledAtNs),
    killedUs: stopped.killedAtNs === undefined ? undefined : us(stopped.killedAtNs),
  };
  const served = options.servedLog && server.output.served;
  const account = takeAccount({ files, stop, announceMs: options.announceMs, served });
  const opened = results.reduce((sum, { requests }) => sum + requests, 0);
  if (opened !== account.tally.total) {
    throw new JudgeError(`${opened} requests were planned and ${account.tally.total} accounted for`);
  }
  return account;
}

/** The port of the server, when a successor could not have it at this moment. */
async function findBusyPorts({ port, host }: Target, { scenario }: PlannedRun): Promise<number[]> {
  // A server stopped before it listened says nothing about the port.
  if (scenario === 'early') return [];
  return (await canListen(port, host)) ? [] : [port];
}
