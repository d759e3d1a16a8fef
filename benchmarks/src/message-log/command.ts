// npm run message-log: how many messages the example's log takes beside others, and how long it takes to stop when its
// memory is full of acknowledged ones.

import { ChildRegistry } from '../processes/child-registry.js';
import { findProgram } from '../processes/find-program.js';
import { parseCommandOptions } from '../reporting/command-options.js';
import { describeMachine } from '../reporting/machine.js';
import { formatNumber, markdownTable } from '../reporting/markdown-table.js';
import { publish } from '../reporting/publish.js';
import { median, quantile } from '../statistics/quantiles.js';
import { createRandom, shuffle } from '../statistics/seeded-random.js';
import { BATCH_MESSAGES, MESSAGE_BYTES } from './batch.js';
import { type BufferedStop, runBufferedStop } from './buffered-stop.js';
import { SYSTEMS } from './systems.js';
import { runThroughput, type ThroughputRun } from './throughput-run.js';

const { numbers, record } = parseCommandOptions({
  runs: 3,
  seconds: 5,
  producers: 16,
  stops: 7,
  messages: 200_000,
  seed: 1,
});
const machine = describeMachine();
const startedAt = new Date();
const children = new ChildRegistry();
const random = createRandom(numbers.seed);
const there = SYSTEMS.flatMap((system) => {
  const program = system.program === undefined ? process.execPath : findProgram(system.program);
  if (program === undefined) process.stderr.write(`${system.title}: not installed, left out\n`);
  return program === undefined ? [] : [{ system, program }];
});

const runs: ThroughputRun[] = [];
for (let round = 0; round < numbers.runs; round += 1) {
  for (const { system, program } of shuffle(random, there)) {
    runs.push(await runThroughput(children, system, program, numbers));
  }
}
const stops: BufferedStop[] = [];
for (let stop = 0; stop < numbers.stops; stop += 1) {
  stops.push(await runBufferedStop(children, numbers.messages));
}

const rows = there.map(({ system: { title, acknowledged } }) => {
  const own = runs.filter((run) => run.title === title);
  const durations = own.flatMap((run) => run.durations);
  const rate = median(own.map(({ batchesPerSecond }) => batchesPerSecond)) * BATCH_MESSAGES;
  const times = [0.5, 0.99].map((q) => formatNumber(quantile(durations, q), 1));
  return [title, acknowledged, formatNumber(rate), ...times];
});
const of = (value: (stop: BufferedStop) => number): readonly string[] => {
  const values = stops.map(value);
  return [0.5, 0, 1].map((q) =>
    formatNumber(quantile(values, q), value === ratio || value === added ? 2 : 0),
  );
};
const added = ({ stopMs, emptyStopMs, aloneMs }: BufferedStop): number => (stopMs - emptyStopMs) / aloneMs;
const ratio = ({ stopMs, aloneMs }: BufferedStop): number => stopMs / aloneMs;
publish({
  name: 'message-log',
  machine,
  startedAt,
  markdown: [
    `${MESSAGE_BYTES} bytes a message, batches of ${BATCH_MESSAGES}, ${numbers.producers} producers in a closed loop, ${numbers.runs} runs of ${numbers.seconds} s each, interleaved. Load and system share the cores. A batch is one request to the message log, ${BATCH_MESSAGES} pipelined XADD to Redis, and ${BATCH_MESSAGES} publishes with an acknowledgement each to JetStream.`,
    markdownTable(
      ['system', 'when acknowledged', 'messages a second', 'batch, median ms', 'batch, p99 ms'],
      rows,
    ),
    `A stop with ${formatNumber(numbers.messages)} acknowledged messages in memory, from SIGTERM to the exit, beside writing and syncing the same bytes from as many threads into as many files (${numbers.stops} of each, interleaved):`,
    markdownTable(
      ['', 'median', 'min', 'max'],
      [
        ['stop, all in memory, ms', ...of(({ stopMs }) => stopMs)],
        ['stop, nothing in memory, ms', ...of(({ emptyStopMs }) => emptyStopMs)],
        ['writing and syncing alone, ms', ...of(({ aloneMs }) => aloneMs)],
        ['stop ÷ alone', ...of(ratio)],
        ['what the messages add to the stop ÷ alone', ...of(added)],
      ],
    ),
  ].join('\n\n'),
  data: {
    numbers,
    runs: runs.map(({ durations, ...run }) => ({ ...run, batches: durations.length })),
    stops,
  },
  record,
});
