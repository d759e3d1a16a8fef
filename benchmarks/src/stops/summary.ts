import { wasBottleneck } from '../load/generator-health.js';
import type { ServerEntry } from '../servers/server-entry.js';
import { sumTallies, type Tally } from './account.js';
import type { StopRun } from './stop-run.js';

/** All stops of one server. */
export interface ServerSummary {
  readonly entry: ServerEntry;
  readonly stops: number;
  readonly requests: number;
  readonly tally: Tally;
  readonly runsWithLoss: number;
  /** In milliseconds; only of the stops that ended within the limit. */
  readonly exitAfterMs: readonly number[];
  readonly lastAnswerToExitMs: readonly number[];
  /** How often it ended in which way. */
  readonly exits: ReadonlyMap<string, number>;
  /** In how many runs the load generator may have been the bottleneck. */
  readonly bottlenecks: number;
}

function present(values: readonly (number | undefined)[]): number[] {
  return values.filter((value) => value !== undefined);
}

function countExits(runs: readonly StopRun[]): ReadonlyMap<string, number> {
  const exits = new Map<string, number>();
  for (const { exit } of runs) {
    exits.set(String(exit), (exits.get(String(exit)) ?? 0) + 1);
  }
  return exits;
}

/** Sums up the stops of each server, in the order of `servers`. */
export function summarise(
  servers: readonly ServerEntry[],
  runs: readonly StopRun[],
): readonly ServerSummary[] {
  return servers.map((entry) => {
    const own = runs.filter((run) => run.server === entry.name);
    return {
      entry,
      stops: own.length,
      requests: own.reduce((sum, run) => sum + run.account.requests, 0),
      tally: sumTallies(own.map((run) => run.account.tally)),
      runsWithLoss: own.filter((run) => run.account.tally.lost > 0).length,
      exitAfterMs: present(own.map((run) => run.exitAfterMs)),
      lastAnswerToExitMs: present(own.map((run) => run.lastAnswerToExitMs)),
      exits: countExits(own),
      bottlenecks: own.filter((run) => wasBottleneck(run.generator)).length,
    };
  });
}
