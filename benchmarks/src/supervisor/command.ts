// npm run supervisor: what `quiesce run` costs beside a bare program and other supervisors, and how nats-server stops
// under it while 200 clients publish.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildRegistry } from '../processes/child-registry.js';
import { parseCommandOptions } from '../reporting/command-options.js';
import { describeMachine } from '../reporting/machine.js';
import { formatNumber, markdownTable } from '../reporting/markdown-table.js';
import { publish } from '../reporting/publish.js';
import { median, quantile } from '../statistics/quantiles.js';
import { type Delays, measureDelays } from './delays.js';
import { measureMemory, SUPERVISORS } from './memory.js';
import { measureNatsStop, type NatsStop, type Scene } from './nats-stop.js';

const SCENES: readonly Scene[] = ['bare SIGTERM', 'graceful', 'lame-duck'];

const { numbers, only, record } = parseCommandOptions({ stops: 50, rounds: 30, clients: 200 });
const isWanted = (part: string): boolean => only.length === 0 || only.includes(part);
const machine = describeMachine();
const startedAt = new Date();
const children = new ChildRegistry();
const folder = mkdtempSync(join(tmpdir(), 'quiesce-supervisor-'));
const environment = { ...process.env, XDG_RUNTIME_DIR: folder };
const sections: string[] = [];
const data: Record<string, unknown> = { numbers };

try {
  if (isWanted('delays')) await delays();
  if (isWanted('memory')) await memory();
  if (isWanted('nats')) await nats();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
publish({ name: 'supervisor', machine, startedAt, markdown: sections.join('\n\n'), data, record });

async function delays(): Promise<void> {
  const bare: Delays[] = [];
  const supervised: Delays[] = [];
  for (let round = 0; round < numbers.rounds; round += 1) {
    bare.push(await measureDelays(children, false, environment));
    supervised.push(await measureDelays(children, true, environment));
  }
  const row = (name: string, runs: readonly Delays[]): readonly string[] => [
    name,
    ...[0.5, 0.9].map((q) =>
      formatNumber(
        quantile(
          runs.map(({ startMs }) => startMs),
          q,
        ),
        1,
      ),
    ),
    ...[0.5, 0.9].map((q) =>
      formatNumber(
        quantile(
          runs.map(({ endMs }) => endMs),
          q,
        ),
        1,
      ),
    ),
  ];
  const header = [
    'program',
    'start, median ms',
    'start, p90',
    'its end to the parent’s notice, median',
    'p90',
  ];
  sections.push(markdownTable(header, [row('bare', bare), row('under quiesce run', supervised)]));
  data['delays'] = { bare, supervised };
}

async function memory(): Promise<void> {
  const rows: string[][] = [];
  for (const supervisor of SUPERVISORS) {
    const runs: number[] = [];
    for (let round = 0; round < Math.min(numbers.rounds, 10); round += 1) {
      const kib = await measureMemory(children, supervisor, folder, environment);
      if (kib === undefined) break;
      runs.push(kib);
    }
    const text = runs.length === 0 ? 'not installed' : formatNumber(median(runs) / 1_024, 1);
    rows.push([supervisor.name, text]);
  }
  sections.push(markdownTable(['supervisor', 'resident memory, median MiB'], rows));
  data['memory'] = rows;
}

async function nats(): Promise<void> {
  const stops: NatsStop[] = [];
  for (let stop = 0; stop < numbers.stops; stop += 1) {
    for (const scene of SCENES) {
      stops.push(await measureNatsStop(children, scene, numbers.clients, folder, environment));
    }
  }
  const rows = SCENES.map((scene) => {
    const own = stops.filter((stop) => stop.scene === scene);
    const kinds = new Set(own.map(({ exitCode, outcome }) => `${exitCode} ${outcome}`));
    const sum = (pick: (stop: NatsStop) => number): string =>
      formatNumber(own.reduce((total, stop) => total + pick(stop), 0));
    return [
      scene,
      String(own.length),
      [...kinds].join(', '),
      formatNumber(median(own.map(({ stopMs }) => stopMs))),
      sum(({ acknowledged }) => acknowledged),
      sum(({ missing }) => missing),
    ];
  });
  const header = ['stop', 'stops', 'exit code and outcome', 'median ms', 'acknowledged', 'of these missing'];
  sections.push(`${numbers.clients} clients publish.\n\n${markdownTable(header, rows)}`);
  data['nats'] = stops;
}
