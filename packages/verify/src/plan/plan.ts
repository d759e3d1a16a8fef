import type { StreamPlan } from '../load/assignment.js';
import type { ResolvedVerifyOptions } from '../options/resolve-verify-options.js';
import { createRandom } from './random.js';
import { type ScenarioId, scenarioIds } from './scenario-ids.js';
import { type Scenario, type ServerTraits, type StopPlan, scenarios } from './scenarios.js';

/** One run, before it is played. */
export interface PlannedRun {
  readonly index: number;
  readonly scenario: ScenarioId;
  readonly title: string;
  readonly seed: string;
  readonly stop: StopPlan;
  readonly streams: readonly StreamPlan[];
}

const sharesAreOf = 20;
/** What can be played with a server that is not ours: one stop, and a look at what clients see of it. */
const notOnlyOurs: ReadonlySet<ScenarioId> = new Set(['stop', 'holders', 'durable']);

/**
 * All runs, in the order in which they are played. The same seed, options and traits give the same plan. Scenarios are
 * spread over the whole, so that a judging that is cut short has seen a little of everything.
 */
export function createPlan(options: ResolvedVerifyOptions, traits: ServerTraits): PlannedRun[] {
  const random = createRandom(options.seed);
  const counts = shareRuns(options.runs, traits, options);
  const order = shuffle(
    [...counts].flatMap(([scenario, count]) => Array.from({ length: count }, () => scenario)),
    random.fork('order').below,
  );
  // An ordinary stop is played first: what it finds is what most people came for.
  const first = order.findIndex(({ id }) => id === 'stop');
  if (first > 0) order.unshift(...order.splice(first, 1));
  return order.map((scenario, index) => {
    const seed = `${options.seed}/${index}`;
    return {
      index,
      scenario: scenario.id,
      title: scenario.title,
      seed,
      stop: scenario.stop(createRandom(seed), traits, options),
      streams: scenario.streams(traits, options, `r${index}`),
    };
  });
}

/**
 * How many runs each scenario gets: its share of twenty, one at least while there are enough; `stop` half at least. Of a list
 * that was asked for, each gets an equal part, and `stop` the rest.
 */
function shareRuns(
  runs: number,
  traits: ServerTraits,
  options: ResolvedVerifyOptions,
): Map<Scenario, number> {
  const counts = new Map<Scenario, number>();
  const wantedIds = new Set(options.only ?? scenarioIds);
  const stop = wantedIds.has('stop') ? scenarios.find(({ id }) => id === 'stop') : undefined;
  const ofStop = options.only === undefined ? Math.ceil(runs / 2) : Math.ceil(runs / wantedIds.size);
  let left = stop === undefined ? runs : runs - ofStop;
  for (const scenario of scenarios) {
    const applies =
      wantedIds.has(scenario.id) &&
      scenario.applies(traits, options) &&
      (options.remote === undefined || notOnlyOurs.has(scenario.id));
    if (scenario.id === 'stop' || !applies) continue;
    const wanted = options.only === undefined ? shareOf(scenario, runs) : Math.ceil(runs / wantedIds.size);
    const count = Math.min(left, wanted);
    left -= count;
    if (count > 0) counts.set(scenario, count);
  }
  const others = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (stop !== undefined) counts.set(stop, runs - others);
  return counts;
}

function shareOf({ share }: Scenario, runs: number): number {
  return Math.max(1, Math.floor((share * runs) / sharesAreOf));
}

/** Fisher and Yates. */
function shuffle<Item>(items: readonly Item[], below: (bound: number) => number): Item[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = below(last + 1);
    const moved = shuffled[last];
    const taken = shuffled[other];
    if (moved === undefined || taken === undefined) continue;
    shuffled[last] = taken;
    shuffled[other] = moved;
  }
  return shuffled;
}
