// npm run websockets: thousands of WebSockets, and a stop that tells each of them.
import { ChildRegistry } from '../processes/child-registry.js';
import { parseCommandOptions } from '../reporting/command-options.js';
import { describeMachine } from '../reporting/machine.js';
import { formatNumber, markdownTable } from '../reporting/markdown-table.js';
import { publish } from '../reporting/publish.js';
import { median, quantile } from '../statistics/quantiles.js';
import { type StopBy, stopWebSockets, type WebSocketStop } from './stop-web-sockets.js';

const TITLES: Readonly<Record<StopBy, string>> = {
  graceful: '**quiesce**, `graceful`',
  'lame-duck': '**quiesce**, `lame-duck` over 20 s, 1 s grace',
  close: '`for (client of wss.clients) client.close(1001)`',
};
const RATE_WINDOW_MS = 100;

/** How many close frames came in each tenth of a second, from the first to the last whole one. */
function ratesOf({ closes }: WebSocketStop): readonly number[] {
  const firstMs = closes[0]?.atMs ?? 0;
  const counts: number[] = [];
  for (const { atMs } of closes) {
    const window = Math.floor((atMs - firstMs) / RATE_WINDOW_MS);
    counts[window] = (counts[window] ?? 0) + 1;
  }
  const all = Array.from(counts, (count) => count ?? 0);
  return all.length > 1 ? all.slice(0, -1) : all;
}

function row(stops: readonly WebSocketStop[], by: StopBy): readonly string[] {
  const own = stops.filter((stop) => stop.by === by);
  const rates = own.map(ratesOf);
  const cells = (values: readonly number[], digits = 0): string =>
    `${formatNumber(median(values), digits)} (${formatNumber(Math.max(...values), digits)})`;
  return [
    TITLES[by],
    [...new Set(own.map(({ closes, report }) => `${closes.length} of ${report.clients}`))].join(', '),
    cells(
      own.map(({ report }) => report.durationMs / 1_000),
      1,
    ),
    cells(
      own.map(({ report }) => report.longestBlockMs),
      1,
    ),
    cells(
      own.map(({ report }) => report.longestCpuMs),
      1,
    ),
    cells(own.map(({ report }) => (report.cpuMs * 1_000) / report.clients)),
    rates
      .map((rate) => [0.1, 0.5, 0.9].map((share) => formatNumber(quantile(rate, share))).join('–'))
      .join('; '),
    [...new Set(own.map(({ report }) => report.outcome))].join(', '),
  ];
}

const { numbers, record } = parseCommandOptions({ connections: 19_000, runs: 3 });
const machine = describeMachine();
const startedAt = new Date();
const children = new ChildRegistry();
const stops: WebSocketStop[] = [];
for (let run = 0; run < numbers.runs; run += 1) {
  for (const by of Object.keys(TITLES) as StopBy[]) {
    const stop = await stopWebSockets(children, by, numbers.connections);
    stops.push(stop);
    const { durationMs, longestBlockMs, longestCpuMs } = stop.report;
    process.stderr.write(
      `${by}: ${stop.closes.length} told in ${formatNumber(durationMs)} ms, loop blocked for ${formatNumber(longestBlockMs, 1)} ms at most, ${formatNumber(longestCpuMs, 1)} of it CPU\n`,
    );
  }
}
const header = [
  'stopped by',
  'clients told',
  'seconds, median (worst)',
  'loop blocked at most, ms, median (worst)',
  'of that CPU, ms, median (worst)',
  'µs of CPU a client, median (worst)',
  'told in 0.1 s, p10–median–p90 of each run',
  'outcome',
];
const markdown = `${formatNumber(numbers.connections)} idle WebSockets over TCP, whose clients answer their close frames; ${numbers.runs} stops each. Delays by \`monitorEventLoopDelay\` with 1 ms.\n\n${markdownTable(
  header,
  (Object.keys(TITLES) as StopBy[]).map((by) => row(stops, by)),
)}`;
publish({
  name: 'websockets',
  machine,
  startedAt,
  markdown,
  data: {
    numbers,
    stops: stops.map((stop) => ({ ...stop, closes: stop.closes.length, rates: ratesOf(stop) })),
  },
  record,
});
