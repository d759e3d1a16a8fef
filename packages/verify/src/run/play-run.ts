import type { Target } from '../load/assignment.js';
import type { PlannedRun } from '../plan/plan.js';
import type { ServerProcess } from '../server/server-process.js';
import { pause } from '../time/pause.js';
import { describeRun } from './describe-run.js';
import { findLeftovers } from './leftovers.js';
import { readBack } from './read-back.js';
import type { DurableEvidence, RunEvidence } from './run-evidence.js';
import { beginLoad, type LoadSettings, type RunLoad, takeRunAccount } from './run-load.js';
import type { ServerHost } from './server-host.js';

/** What all runs of one judging share. */
export interface RunContext extends LoadSettings {
  readonly host: ServerHost;
}

const establishPatienceMs = 10_000;
const finishGraceMs = 1_000;
const unawareMs = 500;

/**
 * Plays one run:
 *
 *     start → ready → load in its stride → pause → signal(s) → exit, or SIGKILL at the deadline
 *           → load ends → account → who and what is left → (durable: a successor is asked)
 */
export async function playRun(context: RunContext, planned: PlannedRun): Promise<RunEvidence> {
  const epochNs = process.hrtime.bigint();
  const begun = await startForRun(context, planned);
  let load: RunLoad | undefined;
  try {
    if (planned.streams.length > 0) load = await beginLoad(context, planned, begun.target, epochNs);
    return await stopAndAccount(context, planned, begun, load, epochNs);
  } finally {
    load?.fleet.destroy();
    context.host.release(begun.server);
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

async function stopAndAccount(
  context: RunContext,
  planned: PlannedRun,
  { server, target, startMs }: Begun,
  load: RunLoad | undefined,
  epochNs: bigint,
): Promise<RunEvidence> {
  const { host, options } = context;
  const { interrupt } = options;
  const withdraws = planned.stop.withdrawMedianMs;
  const established = load === undefined || (await inItsStride(load, server));
  await pause(planned.stop.afterMs, interrupt);
  server.family();
  if (withdraws !== undefined) load?.fleet.withdraw(withdraws);
  const stopped = await host.stop(server, planned.stop);
  // Clients that have not learned of the stop by now go on sending; what becomes of that is part of the account.
  if (withdraws !== undefined) await pause(unawareMs, interrupt);
  const results = load === undefined ? [] : await load.fleet.finish(finishGraceMs);
  const { account, signalUs } =
    load === undefined
      ? { account: undefined, signalUs: Number(stopped.signalledAtNs - epochNs) / 1_000 }
      : await takeRunAccount({ options, server, files: load.files, results, stopped, epochNs });
  const leftovers = await findLeftovers(server, interrupt);
  // A server stopped before it listened says nothing about the port.
  const busyPorts = planned.scenario === 'early' ? [] : await host.busyPorts(target);
  host.release(server);
  const acknowledged = results.map((result) => result.acknowledged);
  const durable = await askSuccessor(context, planned, acknowledged);
  const output = server.output.tail();
  const remains = { leftovers, busyPorts, durable, output };
  return describeRun({
    planned,
    established,
    startMs,
    stopped,
    epochNs,
    signalUs,
    account,
    results,
    ...remains,
  });
}

/** True when every stream is in its stride; false when that took too long, or the server ended before. */
async function inItsStride({ fleet }: RunLoad, server: ServerProcess): Promise<boolean> {
  const ended = server.exited.then(() => false);
  return await Promise.race([fleet.established(establishPatienceMs), ended]);
}

async function askSuccessor(
  { host, options }: RunContext,
  { scenario }: PlannedRun,
  acknowledged: Parameters<typeof readBack>[2],
): Promise<DurableEvidence | undefined> {
  if (scenario !== 'durable' || options.durable === undefined) return undefined;
  return await readBack(host, options.durable, acknowledged);
}
