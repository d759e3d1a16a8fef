import type { RunAccount } from '../account/account.js';
import type { LoadResult } from '../load/assignment.js';
import type { PlannedRun } from '../plan/plan.js';
import type { DurableEvidence, Leftover, RunEvidence } from './run-evidence.js';
import type { Stopped } from './stop-server.js';

/** What a played run leaves behind. */
export interface PlayedRun {
  readonly planned: PlannedRun;
  readonly established: boolean;
  readonly startMs: number | undefined;
  readonly stopped: Stopped;
  readonly epochNs: bigint;
  /** When the stop began, in microseconds since the epoch. */
  readonly signalUs: number;
  readonly account: RunAccount | undefined;
  readonly results: readonly LoadResult[];
  readonly leftovers: readonly Leftover[];
  readonly busyPorts: readonly number[];
  readonly durable: DurableEvidence | undefined;
  readonly output: string;
}

/** Puts it into one record, with every instant in milliseconds from the signal. */
export function describeRun(played: PlayedRun): RunEvidence {
  const { planned, stopped, epochNs, signalUs, account, results } = played;
  const ms = (us: number | undefined): number | undefined =>
    us === undefined ? undefined : Math.round((us - signalUs) / 10) / 100;
  const endNs = stopped.exit?.atNs ?? stopped.killedAtNs ?? stopped.watchedUntilNs ?? stopped.signalledAtNs;
  const observed = account?.observed;
  return {
    index: planned.index,
    scenario: planned.scenario,
    title: planned.title,
    seed: planned.seed,
    plannedStopMs: planned.stop.afterMs,
    signals: stopped.signals,
    startMs: played.startMs,
    established: played.established,
    exit: {
      code: stopped.exit?.code ?? null,
      signal: stopped.exit?.signal ?? null,
      afterMs: Math.max(0, ms(Number(endNs - epochNs) / 1_000) ?? 0),
      killed: stopped.killed,
      ...(stopped.watchedUntilNs !== undefined && { seen: stopped.exit ? 'gone' : 'still there' }),
    },
    account,
    lastAnswerMs: ms(observed?.lastAnsweredUs),
    firstRefusedMs: ms(observed?.firstRefusedUs),
    firstTurnedAwayMs: ms(observed?.firstTurnedAwayUs),
    firstDroppedMs: ms(observed?.firstDroppedUs),
    firstRedMs: ms(observed?.firstRedUs),
    lastGreenMs: ms(observed?.lastGreenUs),
    goaway: {
      received: results.reduce((sum, { goaway }) => sum + goaway.received, 0),
      endedWithout: results.reduce((sum, { goaway }) => sum + goaway.endedWithout, 0),
    },
    held: results.flatMap(({ held }) => held),
    connections: results[0]?.connections.map(([us, open]) => [ms(us) ?? 0, open] as const) ?? [],
    leftovers: played.leftovers,
    busyPorts: played.busyPorts,
    durable: played.durable,
    clients: results.map(({ health }) => health),
    output: played.output,
  };
}
