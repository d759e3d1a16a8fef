// npm run hot-path: what following requests costs a server, in CPU time of real requests and in nanoseconds.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildRegistry } from '../processes/child-registry.js';
import { runSubject } from '../processes/run-subject.js';
import { parseCommandOptions } from '../reporting/command-options.js';
import { describeMachine } from '../reporting/machine.js';
import { formatNumber, markdownTable } from '../reporting/markdown-table.js';
import { publish } from '../reporting/publish.js';
import { median, quantile } from '../statistics/quantiles.js';
import { createRandom, type Random, shuffle } from '../statistics/seeded-random.js';
import { measurePairs, type Slice } from './pairs.js';

const SUBJECTS = [
  'bare',
  'quiesce',
  'http-terminator',
  'http-graceful-shutdown',
  'stoppable',
  'terminus',
] as const;
type Subject = (typeof SUBJECTS)[number];

const { numbers, record } = parseCommandOptions({
  rounds: 8,
  slices: 20,
  requests: 4_000,
  connections: 16,
  'warm-up': 10_000,
  'emit-rounds': 5,
  emits: 1_000_000,
  seed: 1,
});
const machine = describeMachine();
const startedAt = new Date();
const children = new ChildRegistry();

async function measureRounds(random: Random): Promise<readonly (readonly Slice[])[]> {
  const directory = mkdtempSync(join(tmpdir(), 'quiesce-hot-path-'));
  const plan = { ...numbers, warmUp: numbers['warm-up'] };
  const rounds: (readonly Slice[])[] = [];
  try {
    for (let round = 0; round < numbers.rounds; round += 1) {
      rounds.push(await measurePairs(children, plan, random, directory));
      process.stderr.write(`round ${round + 1} of ${numbers.rounds}\n`);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return rounds;
}

/** Nanoseconds per request of each subject: the best of its repeats in each process, which noise only lengthens. */
async function measureEmits(random: Random): Promise<ReadonlyMap<Subject, readonly number[]>> {
  const best = new Map<Subject, number[]>(SUBJECTS.map((subject) => [subject, []]));
  for (let round = 0; round < numbers['emit-rounds']; round += 1) {
    for (const subject of shuffle(random, SUBJECTS)) {
      const repeats = await runSubject(children, 'request-cost', [subject, numbers.emits, numbers.emits, 5]);
      best.get(subject)?.push(Math.min(...(repeats as number[])));
    }
  }
  return best;
}

/** The two bare servers together are a steadier measure than either of them. */
const ofBoth = (slice: Slice): number => (2 * slice.quiesce) / (slice.bare + slice.bareAgain);
const ofOther = (slice: Slice): number => slice.bareAgain / slice.bare;

function formatRatio(
  title: string,
  rounds: readonly (readonly Slice[])[],
  name: keyof Slice,
  ratio: (slice: Slice) => number,
): string[] {
  const all = rounds.flat().map(ratio);
  const ofRounds = rounds.map((round) => median(round.map(ratio)));
  return [
    title,
    formatNumber(median(rounds.flat().map((slice) => slice[name])), 2),
    formatNumber(median(all), 3),
    `${formatNumber(quantile(all, 0.1), 3)}–${formatNumber(quantile(all, 0.9), 3)}`,
    `${formatNumber(Math.min(...ofRounds), 3)}–${formatNumber(Math.max(...ofRounds), 3)}`,
  ];
}

const random = createRandom(numbers.seed);
const rounds = await measureRounds(random);
const emits = await measureEmits(random);
const bareNs = median(emits.get('bare') ?? []);
const markdown = [
  `CPU time of the server's process per request, ${formatNumber(numbers.requests)} requests on ${numbers.connections} kept-alive connections a slice, ${numbers.slices} slices in each of ${numbers.rounds} rounds with fresh processes; ratios within a slice.`,
  markdownTable(
    ['server', 'µs a request, median', 'of bare node:http, median', 'p10–p90', 'medians of rounds'],
    [
      formatRatio('quiesce', rounds, 'quiesce', ofBoth),
      formatRatio('bare against bare: the noise', rounds, 'bareAgain', ofOther),
    ],
  ),
  `Cost of following one request and its response, from their events alone (${formatNumber(numbers.emits)} at a time, best of 5 in each of ${numbers['emit-rounds']} processes).`,
  markdownTable(
    ['subject', 'ns, median', 'more than bare, median (min–max)'],
    [...emits].map(([subject, values]) => {
      const more = values.map((value) => value - bareNs);
      const spread = `${formatNumber(Math.min(...more))}–${formatNumber(Math.max(...more))}`;
      return [subject, formatNumber(median(values)), `${formatNumber(median(more))} (${spread})`];
    }),
  ),
].join('\n\n');
publish({
  name: 'hot-path',
  machine,
  startedAt,
  markdown,
  data: { numbers, rounds, emits: Object.fromEntries(emits) },
  record,
});
