// npm run consumers: what a stop does to the messages of a JetStream consumer, and what following them costs.
import { ChildRegistry } from '../processes/child-registry.js';
import { runSubject } from '../processes/run-subject.js';
import { parseCommandOptions } from '../reporting/command-options.js';
import { describeMachine } from '../reporting/machine.js';
import { formatNumber, markdownTable } from '../reporting/markdown-table.js';
import { publish } from '../reporting/publish.js';
import { median, quantile } from '../statistics/quantiles.js';
import { createRandom } from '../statistics/seeded-random.js';
import { measureStops, type StopAccount, type StopKind } from './consumer-stops.js';
import { startNatsServer } from './nats-server.js';

const TITLES: Readonly<Record<StopKind, string>> = {
  quiesce: '**quiesce** `jetStreamConsumer`',
  drain: '`nc.drain()` alone',
  exit: '`process.exit()`',
};

const { numbers, record } = parseCommandOptions({
  stops: 100,
  rate: 5_000,
  concurrency: 128,
  'ack-wait-ms': 10_000,
  drains: 20,
  'in-flight': 1_000,
  'handled-before': 10_000,
  rounds: 15,
  messages: 100_000,
  seed: 1,
});
const machine = describeMachine();
const startedAt = new Date();
const children = new ChildRegistry();
const random = createRandom(numbers.seed);
const server = await startNatsServer(children);
const accounts: StopAccount[] = [];
const DRAIN_TITLES = {
  warm: 'drain of a consumer that has handled {before} messages before',
  first: 'drain of a consumer’s first messages',
  byHand: 'the same acknowledgements by hand, after {before} messages',
  firstByHand: 'the same acknowledgements by hand, the first ones',
} as const;
type DrainKind = keyof typeof DRAIN_TITLES;
const drainKinds = Object.keys(DRAIN_TITLES) as readonly DrainKind[];
const drains: Readonly<Record<DrainKind, number[]>> = { warm: [], first: [], byHand: [], firstByHand: [] };

/** How long one took, in milliseconds. */
async function measureDrain(kind: DrainKind, url: string, stream: string): Promise<number> {
  const subject = kind === 'warm' || kind === 'first' ? 'by-adapter' : 'by-hand';
  const before = kind === 'warm' || kind === 'byHand' ? numbers['handled-before'] : 0;
  const args = [subject, url, stream, numbers['in-flight'], before];
  const drain = await runSubject(children, 'jetstream-drain', args);
  return (drain as { readonly afterMs: number }).afterMs;
}
try {
  const { stops, rate, concurrency } = numbers;
  const plan = { stops, rate, concurrency, ackWaitMs: numbers['ack-wait-ms'] };
  for (const kind of ['quiesce', 'drain', 'exit'] as const) {
    accounts.push(await measureStops(children, server.url, kind, plan, random));
  }
  for (let index = 0; index < numbers.drains; index += 1) {
    for (const kind of drainKinds) {
      drains[kind].push(await measureDrain(kind, server.url, `DRAIN-${kind}-${index}`));
    }
  }
} finally {
  await server.end();
}
type Cost = Readonly<Record<'byHand' | 'byAdapter', readonly number[]>>;

const costArgs = [numbers.rounds, numbers.messages];
const costs: Readonly<Record<string, Cost>> = {
  jetStreamConsumer: (await runSubject(children, 'jetstream-cost', costArgs)) as Cost,
  ...((await runSubject(children, 'consumer-costs', costArgs)) as Readonly<Record<string, Cost>>),
};

const stopsTable = markdownTable(
  [
    'consumer',
    'published',
    'lost',
    'done twice',
    'delivered again',
    'left to `ack_wait`',
    'handlers running when stopped',
    'delivered and not acknowledged when stopped',
    'exit after SIGTERM, median ms',
  ],
  accounts.map((account) => [
    TITLES[account.kind],
    ...[
      account.published,
      account.lost,
      account.doneTwice,
      account.deliveredAgain,
      account.leftToTimeOut,
      account.handlersRunning,
      account.unacknowledged,
    ].map((each) => formatNumber(each)),
    formatNumber(median(account.exitMs)),
  ]),
);
const drainRows = drainKinds.map((kind) => {
  const title = DRAIN_TITLES[kind].replace('{before}', formatNumber(numbers['handled-before']));
  return [title, ...[0, 0.5, 0.9, 1].map((q) => formatNumber(quantile(drains[kind], q), 1))];
});
const costRows = Object.entries(costs).map(([adapter, { byHand, byAdapter }]) => {
  const figures = [median(byHand), median(byAdapter), median(byAdapter) - median(byHand)];
  return [`\`${adapter}\``, ...figures.map((each) => formatNumber(each))];
});
publish({
  name: 'consumers',
  machine,
  startedAt,
  markdown: [
    `${formatNumber(numbers.stops)} stops of each under ${formatNumber(numbers.rate)} messages a second, at random moments, ${numbers.concurrency} handlers of 5 to 15 ms at once, \`ack_wait\` ${formatNumber(numbers['ack-wait-ms'])} ms.`,
    stopsTable,
    `From the end of the last of ${formatNumber(numbers['in-flight'])} handlers in flight to the end of the drain, ${numbers.drains} of each, interleaved:`,
    markdownTable(['', 'min ms', 'median ms', 'p90 ms', 'max ms'], drainRows),
    `Processor time for a message from memory, median of ${numbers.rounds} rounds of ${formatNumber(numbers.messages)}:`,
    markdownTable(['a message of', 'by hand ns', 'by the adapter ns', 'difference ns'], costRows),
  ].join('\n\n'),
  data: { numbers, accounts, drains, costs },
  record,
});
