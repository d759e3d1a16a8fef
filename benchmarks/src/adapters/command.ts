// npm run adapters: what an adapter costs in each request or stream, beside the same server without it.
import { ChildRegistry } from '../processes/child-registry.js';
import { runSubject } from '../processes/run-subject.js';
import { parseCommandOptions } from '../reporting/command-options.js';
import { describeMachine } from '../reporting/machine.js';
import { formatNumber, markdownTable } from '../reporting/markdown-table.js';
import { publish } from '../reporting/publish.js';
import { median } from '../statistics/quantiles.js';
import { createRandom, shuffle } from '../statistics/seeded-random.js';

/** Express, Koa, Hono and NestJS add nothing in a request to what `hot-path` measures; nor does a pool. */
const SUBJECTS = ['fastify', 'http2'] as const;
const VARIANTS = ['bare', 'quiesce'] as const;

const { numbers, record } = parseCommandOptions({ rounds: 7, emits: 1_000_000, repeats: 5, seed: 1 });
const machine = describeMachine();
const startedAt = new Date();
const children = new ChildRegistry();
const random = createRandom(numbers.seed);

/** The best of a process' repeats: noise only lengthens. */
async function measure(subject: string, variant: string): Promise<number> {
  const args = [subject, variant, numbers.emits, numbers.repeats];
  return Math.min(...((await runSubject(children, 'adapter-cost', args)) as number[]));
}

/** Both variants take turns in random order, so that what else goes on in the machine meets them alike. */
async function measurePair(subject: string): Promise<Record<string, number>> {
  const pair: Record<string, number> = {};
  for (const variant of shuffle(random, VARIANTS)) pair[variant] = await measure(subject, variant);
  return pair;
}

const rounds = new Map<string, Record<string, number>[]>(SUBJECTS.map((subject) => [subject, []]));
for (let round = 0; round < numbers.rounds; round += 1) {
  for (const subject of shuffle(random, SUBJECTS)) rounds.get(subject)?.push(await measurePair(subject));
  process.stderr.write(`round ${round + 1} of ${numbers.rounds}\n`);
}

const rows = [...rounds].map(([subject, pairs]) => {
  const of = (variant: string): readonly number[] => pairs.map((pair) => pair[variant] ?? 0);
  const more = pairs.map(({ bare = 0, quiesce = 0 }) => quiesce - bare);
  const spread = `${formatNumber(Math.min(...more))}–${formatNumber(Math.max(...more))}`;
  const values = [median(of('bare')), median(of('quiesce')), median(more)].map((value) =>
    formatNumber(value),
  );
  return [subject, ...values.slice(0, 2), `${values[2]} (${spread})`];
});
const markdown = [
  `Cost of following one request, or one stream, from its events alone (${formatNumber(numbers.emits)} at a time, best of ${numbers.repeats} in each of ${numbers.rounds} pairs of processes).`,
  markdownTable(['adapter', 'bare, ns', 'with it, ns', 'more in a pair, median (min–max)'], rows),
].join('\n\n');
publish({
  name: 'adapters',
  machine,
  startedAt,
  markdown,
  data: { numbers, rounds: Object.fromEntries(rounds) },
  record,
});
