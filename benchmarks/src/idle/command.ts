// npm run idle: thousands of idle connections, one request in flight, and a stop.
import { readFileSync } from 'node:fs';
import { ChildRegistry } from '../processes/child-registry.js';
import { parseCommandOptions } from '../reporting/command-options.js';
import { describeMachine } from '../reporting/machine.js';
import { formatNumber, markdownTable } from '../reporting/markdown-table.js';
import { publish } from '../reporting/publish.js';
import { BARE, selectServers } from '../servers/catalogue.js';
import type { ServerEntry } from '../servers/server-entry.js';
import { median } from '../statistics/quantiles.js';
import { createRandom, shuffle } from '../statistics/seeded-random.js';
import { type IdleRun, runIdle } from './idle-run.js';

/** Files that a server has open besides its connections. */
const OTHER_FILES = 200;

/** @throws Error when no process may hold so many connections */
function checkOpenFiles(connections: number): void {
  const limit = /^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  if (limit !== undefined && Number(limit) < connections + OTHER_FILES) {
    throw new Error(`a process may open ${limit} files only (ulimit -Hn): use --connections`);
  }
}

function medianAndWorst(values: readonly number[]): readonly string[] {
  return values.length === 0
    ? ['–', '–']
    : [median(values), Math.max(...values)].map((ms) => formatNumber(ms));
}

function row(entry: ServerEntry, runs: readonly IdleRun[], bareKiB: number): readonly string[] {
  const own = runs.filter((run) => run.server === entry.name);
  const ends = own.map((run) => run.answerToEndMs).filter((value) => value !== undefined);
  const reaped = own.map((run) => run.answerToReapedMs).filter((value) => value !== undefined);
  const kiB = median(own.map((run) => run.kiBPerConnection));
  return [
    entry.title,
    `${own.filter((run) => run.answered).length} of ${own.length}`,
    ...medianAndWorst(ends),
    ...medianAndWorst(reaped),
    formatNumber(kiB, 1),
    formatNumber(kiB / bareKiB, 2),
    [...new Set(own.map((run) => String(run.exit)))].join(', '),
  ];
}

const HEADER = [
  'server',
  'answered',
  'answer → end, median ms',
  'worst ms',
  'answer → reaped, median ms',
  'worst ms',
  'KiB a connection, median',
  'of bare',
  'exit',
];

const { numbers, only, record } = parseCommandOptions({
  connections: 10_000,
  runs: 5,
  seed: 1,
  'limit-ms': 12_000,
});
checkOpenFiles(numbers.connections);
const machine = describeMachine();
const startedAt = new Date();
const chosen = selectServers(only);
const servers = chosen.includes(BARE) ? chosen : [BARE, ...chosen];
const children = new ChildRegistry();
const random = createRandom(numbers.seed);
const plan = { connections: numbers.connections, limitMs: numbers['limit-ms'] };
const runs: IdleRun[] = [];
for (let round = 0; round < numbers.runs; round += 1) {
  for (const entry of shuffle(random, servers)) {
    const run = await runIdle(children, entry, plan);
    runs.push(run);
    const exit = `exit ${run.exit} ${formatNumber(run.answerToEndMs, 1)} ms after the answer`;
    process.stderr.write(
      `${entry.name}: held ${run.held}, ${formatNumber(run.kiBPerConnection, 1)} KiB each, ${exit}\n`,
    );
  }
}

const bareKiB = median(runs.filter((run) => run.server === BARE.name).map((run) => run.kiBPerConnection));
const text = `${formatNumber(numbers.connections)} idle keep-alive connections and one request of 1 s in flight, stop signal after 100 ms, ${numbers.runs} runs each.`;
const table = markdownTable(
  HEADER,
  servers.map((entry) => row(entry, runs, bareKiB)),
);
publish({
  name: 'idle',
  machine,
  startedAt,
  markdown: `${text}\n\n${table}`,
  data: { numbers, runs },
  record,
});
