import { STANDARD_LOAD } from '../load/load-shape.js';
import type { ServerEntry } from '../servers/server-entry.js';
import { between, createRandom, deriveSeed, shuffle } from '../statistics/seeded-random.js';
import type { StopsOptions } from './stop-options.js';
import type { StopPlan } from './stop-run.js';

/** One stop of one server. */
export interface ScheduledStop {
  readonly entry: ServerEntry;
  readonly plan: StopPlan;
}

const SIGNAL_AFTER_MS = [600, 1_600] as const;
const SECOND_SIGNAL_AFTER_MS = [20, 150] as const;

/**
 * In each round every server is stopped once, in random order, so that what else goes on in the machine meets all of
 * them alike; the load and the moment of the signal are the same for all servers of a round. Those that are not stopped
 * as often sit out rounds in between.
 */
export function scheduleStops(
  servers: readonly ServerEntry[],
  options: Pick<
    StopsOptions,
    'stops' | 'peerStops' | 'often' | 'seed' | 'doubleSignal' | 'reuseSlow' | 'limitMs'
  >,
): readonly ScheduledStop[] {
  return Array.from({ length: options.stops }, (_, round) => {
    const seed = deriveSeed(options.seed, `round:${round}`);
    const random = createRandom(seed);
    const signalAfterMs = between(random, ...SIGNAL_AFTER_MS);
    const secondSignalAfterMs = between(random, ...SECOND_SIGNAL_AFTER_MS);
    const plan: StopPlan = {
      seed,
      shape: { ...STANDARD_LOAD, reuseSlow: options.reuseSlow },
      signalAfterMs,
      limitMs: options.limitMs,
      ...(options.doubleSignal ? { secondSignalAfterMs } : {}),
    };
    const isPeersRound = isOneOf(round, options.peerStops, options.stops);
    return shuffle(random, servers)
      .filter(({ name }) => isPeersRound || options.often.includes(name))
      .map((entry) => ({ entry, plan }));
  }).flat();
}

/** Whether a round is one of `some` that are spread evenly over `all`. */
function isOneOf(round: number, some: number, all: number): boolean {
  return Math.floor(((round + 1) * some) / all) > Math.floor((round * some) / all);
}
