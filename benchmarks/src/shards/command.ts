// npm run shards: what stopping a group of shards costs beside the end of as many bare worker threads, and what
// memory each shard takes.
import { ChildRegistry } from '../processes/child-registry.js';
import { runSubject } from '../processes/run-subject.js';
import { parseCommandOptions } from '../reporting/command-options.js';
import { describeMachine } from '../reporting/machine.js';
import { formatNumber, markdownTable } from '../reporting/markdown-table.js';
import { publish } from '../reporting/publish.js';
import { median } from '../statistics/quantiles.js';
import { createRandom, shuffle } from '../statistics/seeded-random.js';

/** One stop, or end, of as many threads as were asked for. */
interface Sample {
  readonly wallMs: number;
  /** The processor time of all threads of the process. */
  readonly cpuMs: number;
  /** Of one thread. */
  readonly memoryKiB: number;
  readonly phases: Readonly<Record<string, number>>;
}

interface Measured {
  readonly what: 'shard' | 'bare' | 'bare-with-core';
  readonly count: number;
  readonly sample: Sample;
}

const COUNTS = [1, 4, 16, 64];
const KINDS = ['shard', 'bare', 'bare-with-core'] as const;

const { numbers, record } = parseCommandOptions({ processes: 11, seed: 1 });
const machine = describeMachine();
const startedAt = new Date();
const children = new ChildRegistry();
const random = createRandom(numbers.seed);
const measured: Measured[] = [];
for (let round = 0; round < numbers.processes; round += 1) {
  for (const count of COUNTS) {
    for (const what of shuffle(random, KINDS)) {
      measured.push({
        what,
        count,
        sample: (await runSubject(children, 'group-stop', [what, count])) as Sample,
      });
    }
  }
}

function middle(what: Measured['what'], count: number, of: (sample: Sample) => number | undefined): number {
  const samples = measured.filter((each) => each.what === what && each.count === count);
  return median(samples.map(({ sample }) => of(sample) ?? 0));
}

const stopRows = COUNTS.map((count) => {
  const wall = KINDS.map((what) => middle(what, count, ({ wallMs }) => wallMs));
  const cpu = KINDS.map((what) => middle(what, count, ({ cpuMs }) => cpuMs));
  const [shardMs = 0, , endMs = 0] = wall;
  return [
    formatNumber(count),
    ...wall.map((ms) => formatNumber(ms, 1)),
    formatNumber(shardMs - endMs, 1),
    formatNumber((shardMs - endMs) / count, 2),
    ...cpu.map((ms) => formatNumber(ms, 1)),
  ];
});
const phaseNames = ['announce', 'refuse', 'drain', 'persist', 'release'];
const phaseRows = COUNTS.map((count) => [
  formatNumber(count),
  ...phaseNames.map((name) =>
    formatNumber(
      middle('shard', count, ({ phases }) => phases[name]),
      1,
    ),
  ),
]);
const memoryRows = COUNTS.map((count) => [
  formatNumber(count),
  ...KINDS.map((what) => formatNumber(middle(what, count, ({ memoryKiB }) => memoryKiB))),
]);
publish({
  name: 'shards',
  machine,
  startedAt,
  markdown: [
    `Medians of ${numbers.processes} fresh processes each, interleaved. Nothing is compiled in a shard before it stops: each thread compiles for itself.`,
    markdownTable(
      [
        'threads',
        'group stop, ms',
        'end of bare threads, ms',
        'end of threads that have loaded the core, ms',
        'overhead, ms',
        'overhead a shard, ms',
        'group stop, processor ms',
        'bare, processor ms',
        'core loaded, processor ms',
      ],
      stopRows,
    ),
    'The phases of the group’s stop, in milliseconds; `release` has the end of the threads in it:',
    markdownTable(['threads', ...phaseNames], phaseRows),
    'Resident memory of an idle thread, in KiB:',
    markdownTable(['threads', 'shard', 'bare', 'bare, core loaded'], memoryRows),
  ].join('\n\n'),
  data: { numbers, measured },
  record,
});
