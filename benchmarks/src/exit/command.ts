// npm run exit: from the last response, or the end of the idle window, to the exit of the process.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildRegistry } from '../processes/child-registry.js';
import { parseCommandOptions } from '../reporting/command-options.js';
import { describeMachine } from '../reporting/machine.js';
import { formatNumber, markdownTable } from '../reporting/markdown-table.js';
import { publish } from '../reporting/publish.js';
import { QUIESCE } from '../servers/catalogue.js';
import type { ServerEntry } from '../servers/server-entry.js';
import { quantile } from '../statistics/quantiles.js';
import { createRandom, shuffle } from '../statistics/seeded-random.js';
import { type ExitRun, type ExitScene, runExit } from './exit-run.js';

const BY_ITSELF: ServerEntry = {
  name: 'exit-by-itself',
  title: 'process.exit() at the last response (Node’s own exit)',
  stopSignal: 'SIGTERM',
  kind: 'node',
  command: {
    file: process.execPath,
    args: [fileURLToPath(new URL('../../servers/exit-by-itself.mjs', import.meta.url))],
  },
};

interface Measured {
  readonly title: string;
  readonly entry: ServerEntry;
  readonly scene: ExitScene;
}

const MEASURED: readonly Measured[] = [
  { title: BY_ITSELF.title, entry: BY_ITSELF, scene: 'in-flight' },
  { title: 'quiesce, from the last response', entry: QUIESCE, scene: 'in-flight' },
  { title: 'quiesce, from the end of the idle window', entry: QUIESCE, scene: 'idle-window' },
];

/** Only Quiesce has such a window. */
function idleWindowMs(entry: ServerEntry): number {
  return entry === QUIESCE ? numbers['idle-window-ms'] : 0;
}

const { numbers, record } = parseCommandOptions({ stops: 100, seed: 1, 'idle-window-ms': 500 });
const machine = describeMachine();
const startedAt = new Date();
const children = new ChildRegistry();
const random = createRandom(numbers.seed);
const directory = mkdtempSync(join(tmpdir(), 'quiesce-exit-'));
const runs: ExitRun[] = [];
try {
  for (let stop = 0; stop < numbers.stops; stop += 1) {
    for (const { entry, scene } of shuffle(random, MEASURED)) {
      runs.push(await runExit(children, entry, scene, idleWindowMs(entry), directory));
    }
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

const rows = MEASURED.map(({ title, entry, scene }) => {
  const times = runs
    .filter((run) => run.server === entry.name && run.scene === scene)
    .map((run) => run.exitAfterMs);
  const figures = [0, 0.5, 0.9, 0.99, 1].map((q) => formatNumber(quantile(times, q), 1));
  return [title, ...figures];
});
const text = `${formatNumber(numbers.stops)} stops each, interleaved; milliseconds from the last response at its client to the exit that the parent sees.`;
const table = markdownTable(['exit', 'min', 'median', 'p90', 'p99', 'max'], rows);
publish({
  name: 'exit',
  machine,
  startedAt,
  markdown: `${text}\n\n${table}`,
  data: { numbers, runs },
  record,
});
