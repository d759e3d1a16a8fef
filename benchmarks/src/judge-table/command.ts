// npm run judge-table: which clauses of graceful shutdown hold, for this library, its peers and servers in other languages.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ChildRegistry } from '../processes/child-registry.js';
import { parseCount, parseNames } from '../reporting/command-options.js';
import { describeMachine } from '../reporting/machine.js';
import { judge } from './judge.js';
import { canBeJudged, JUDGED_SERVERS, type JudgedServer } from './judged-servers.js';
import { type JudgedRow, renderPage, renderTable } from './page.js';

const ROOT = new URL('../../', import.meta.url);
const PAGE = new URL('../docs/verify/comparison.md', ROOT);
const RESULT = new URL('results/judge-table.json', ROOT);

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    seed: { type: 'string', default: 'comparison' },
    only: { type: 'string', default: '' },
    record: { type: 'boolean', default: false },
  },
});
const runs = parseCount('runs', values.runs);
const { seed, record } = values;
const only = parseNames(values.only);

/** The version of what is judged, as it tells it itself. */
function versionOf({ package: name, command, proxy }: JudgedServer): string {
  if (name !== undefined) {
    const file = new URL(`node_modules/${name}/package.json`, ROOT);
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  }
  const [file = ''] = command;
  if (proxy === true) return /\/([\d.]+)/.exec(said(file, ['-v']))?.[1] ?? '';
  if (file === process.execPath) return process.version;
  return /\bgo([\d.]+)/.exec(said('go', ['version', file]))?.[1]?.replace(/^/, 'on Go ') ?? '';
}

/** What a command prints, on whichever stream (nginx uses the other one). */
function said(file: string, args: readonly string[]): string {
  try {
    const quoted = [file, ...args].map((part) => `'${part}'`).join(' ');
    return execFileSync('/bin/sh', ['-c', `${quoted} 2>&1`], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

const startedAt = new Date();
const machine = describeMachine();
const rows: JudgedRow[] = [];
const children = new ChildRegistry();
for (const server of JUDGED_SERVERS) {
  if (only.length > 0 && !only.includes(server.name)) continue;
  if (!canBeJudged(server)) {
    process.stderr.write(`${server.name} is not here: npm run install-servers, npm ci\n`);
    continue;
  }
  process.stderr.write(`\n${server.name}\n`);
  const report = await judge(children, server, { runs, seed });
  if (report !== undefined) rows.push({ server, version: versionOf(server), report });
}
process.stdout.write(`\n${renderTable(rows)}\n`);
if (record) {
  const command = `npm --prefix benchmarks run judge-table -- ${process.argv.slice(2).join(' ')}`;
  writeFileSync(PAGE, renderPage({ rows, machine, startedAt, command, seed, runs }));
  mkdirSync(new URL('results/', ROOT), { recursive: true });
  const servers = rows.map(({ server: { name, setUp }, version, report }) => {
    const { clauses, account, notes, durationMs } = report;
    return { name, version, setUp, durationMs, clauses, account, notes };
  });
  writeFileSync(
    RESULT,
    `${JSON.stringify({ command, startedAt, machine, seed, runs, servers }, undefined, 1)}\n`,
  );
  process.stdout.write(`\nwritten: ${fileURLToPath(PAGE)}, ${fileURLToPath(RESULT)}\n`);
}
