// npm run messages: what the adapters cost each message of a WebSocket, each event stream and each gRPC call.
import { ChildRegistry } from '../processes/child-registry.js';
import { runSubject } from '../processes/run-subject.js';
import { parseCommandOptions } from '../reporting/command-options.js';
import { describeMachine } from '../reporting/machine.js';
import { formatNumber, markdownTable } from '../reporting/markdown-table.js';
import { publish } from '../reporting/publish.js';
import { median, quantile } from '../statistics/quantiles.js';
import { createRandom, shuffle } from '../statistics/seeded-random.js';
import { type EchoKind, startEchoServer } from './echo-server.js';

const SUBJECTS = {
  'web-socket-message': 'a WebSocket message: `enter` and `leave`',
  'event-stream': 'an event stream, whole: `open` and its close',
  'grpc-call': 'a gRPC call, whole: the interceptor',
} as const;
const KINDS: Readonly<Record<EchoKind, string>> = {
  webSocket: 'a WebSocket message, echoed',
  grpc: 'a unary gRPC call, echoed',
};

const { numbers, record } = parseCommandOptions({
  count: 500_000,
  repeats: 5,
  processes: 5,
  slices: 30,
  messages: 4_000,
  seed: 1,
});
const machine = describeMachine();
const startedAt = new Date();
const children = new ChildRegistry();
const random = createRandom(numbers.seed);

async function measureOwn(subject: string): Promise<readonly number[]> {
  const costs: number[] = [];
  for (let run = 0; run < numbers.processes; run += 1) {
    const best = await runSubject(children, 'message-cost', [subject, numbers.count, numbers.repeats]);
    const { own, bare } = best as { own: number; bare: number };
    costs.push(own - bare);
  }
  return costs;
}

/** Three servers live side by side and take turns; two of them are the same, which shows the noise. */
async function measurePairs(kind: EchoKind): Promise<readonly Record<string, number>[]> {
  const servers = [
    ['bare', await startEchoServer(children, 'bare')],
    ['again', await startEchoServer(children, 'bare')],
    ['quiesce', await startEchoServer(children, 'quiesce')],
  ] as const;
  try {
    for (const [, server] of servers) await server.measure(kind, 2 * numbers.messages);
    const slices: Record<string, number>[] = [];
    for (let index = 0; index < numbers.slices; index += 1) {
      const slice: Record<string, number> = {};
      for (const [name, server] of shuffle(random, servers)) {
        slice[name] = await server.measure(kind, numbers.messages);
      }
      slices.push(slice);
    }
    return slices;
  } finally {
    for (const [, server] of servers) await server.end();
  }
}

const own: Record<string, readonly number[]> = {};
for (const subject of Object.keys(SUBJECTS)) own[subject] = await measureOwn(subject);
const pairs: Record<string, readonly Record<string, number>[]> = {};
for (const kind of Object.keys(KINDS) as EchoKind[]) pairs[kind] = await measurePairs(kind);

const ratioRow = (title: string, slices: readonly Record<string, number>[], over: string): string[] => {
  const bare = slices.map(({ bare: one = 0, again = 0 }) => (over === 'quiesce' ? (one + again) / 2 : one));
  const ratios = slices.map((slice, index) => (slice[over] ?? 0) / (bare[index] ?? 1));
  return [
    title,
    formatNumber(median(slices.map((slice) => slice[over] ?? 0)), 2),
    formatNumber(median(ratios), 3),
    `${formatNumber(quantile(ratios, 0.1), 3)}–${formatNumber(quantile(ratios, 0.9), 3)}`,
  ];
};
const markdown = [
  `The adapters' own part, in nanoseconds of CPU (${formatNumber(numbers.count)} at a time, best of ${numbers.repeats} in each of ${numbers.processes} processes, less what the loop itself costs).`,
  markdownTable(
    ['for', 'ns, median (min–max)'],
    Object.entries(SUBJECTS).map(([subject, title]) => {
      const costs = own[subject] ?? [];
      return [
        title,
        `${formatNumber(median(costs))} (${formatNumber(Math.min(...costs))}–${formatNumber(Math.max(...costs))})`,
      ];
    }),
  ),
  `CPU time of an echo server's process with real clients, ${formatNumber(numbers.messages)} messages a slice, ${numbers.slices} slices; ratios within a slice.`,
  markdownTable(
    ['for', 'µs, median', 'of bare, median', 'p10–p90'],
    Object.entries(KINDS).flatMap(([kind, title]) => [
      ratioRow(`${title}: quiesce`, pairs[kind] ?? [], 'quiesce'),
      ratioRow(`${title}: bare against bare, the noise`, pairs[kind] ?? [], 'again'),
    ]),
  ),
].join('\n\n');
publish({ name: 'messages', machine, startedAt, markdown, data: { numbers, own, pairs }, record });
