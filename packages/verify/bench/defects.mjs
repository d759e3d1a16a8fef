// How surely planted defects are found, and how surely a good server is not accused:
//
//     npm run build && node packages/verify/bench/defects.mjs [--seeds 20] [--parallel 2] [--only DEFECT,...] [--record]
//                                                             [--keep FILE] [--judged FILE]...
//
// Every defect of test/planted-defects.ts is judged with that many seeds; --record writes docs/verify/planted-defects.md.
// It takes an hour or more, and may be done in parts: --keep appends the judgings to a file, and --judged counts those of
// such files too; with --seeds 0 nothing is judged anew.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** @typedef {{ defect: string, found: string[], seed: string, runs: number, missed: string[], accused: string[], reasons: string }} Line */

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    parallel: { type: 'string', default: '2' },
    only: { type: 'string' },
    record: { type: 'boolean', default: false },
    keep: { type: 'string' },
    judged: { type: 'string', multiple: true, default: [] },
  },
});
const root = fileURLToPath(new URL('../../..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'quiesce-defects-'));
const file = join(directory, 'judgings.jsonl');
const begun = performance.now();
const load = loadavg()[0] ?? 0;
try {
  writeFileSync(file, '');
  if (values.seeds !== '0') judge();
  const judged = readFileSync(file, 'utf8');
  if (values.keep !== undefined) appendFileSync(values.keep, judged);
  const lines = [judged, ...values.judged.map((path) => readFileSync(path, 'utf8'))]
    .flatMap((text) => text.split('\n'))
    .filter(Boolean);
  const page = render(lines.map((line) => /** @type {Line} */ (JSON.parse(line))));
  console.log(page);
  if (values.record) writeFileSync(join(root, 'docs/verify/planted-defects.md'), page);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function judge() {
  spawnSync('npx', ['vitest', 'run', '--project', 'judge', 'planted-defects'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      JUDGE_SEEDS: values.seeds,
      JUDGE_PARALLEL: values.parallel,
      JUDGE_RECORD: file,
      ...(values.only === undefined ? {} : { JUDGE_ONLY: values.only }),
    },
  });
}

/** @param {Line[]} lines */
function render(lines) {
  const good = lines.filter(({ defect, found }) => defect === 'none' && found.length === 0);
  const bad = lines.filter((line) => !good.includes(line));
  const rows = [...groups(bad)].map(([name, judged]) => {
    const found = judged.filter(({ missed }) => missed.length === 0).length;
    const accused = [...new Set(judged.flatMap((line) => line.accused))].join(', ') || '–';
    return `| ${name} | ${judged[0]?.found.join(', ')} | ${found} of ${judged.length} | ${accused} |`;
  });
  const goodRuns = good.reduce((sum, { runs }) => sum + runs, 0);
  const wrongly = good.filter(({ accused }) => accused.length > 0);
  const missed = bad.filter((line) => line.missed.length > 0).length;
  const minutes = Math.round((performance.now() - begun) / 60_000);
  const effort = values.judged.length === 0 ? `${minutes} minutes` : 'made in parts';
  return [
    '# The judge, judged',
    '',
    `\`node packages/verify/bench/defects.mjs ${process.argv.slice(2).join(' ')}\`, ${new Date().toISOString().slice(0, 10)}, ` +
      `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), load average ${load.toFixed(1)} at the begin, ` +
      `Node ${process.version}, ${effort}.`,
    '',
    `**Found:** ${bad.length - missed} of ${bad.length} judgings of a server with a planted defect found it${
      missed === 0 ? ` (95 % sure that fewer than ${bound(bad.length)} of such judgings miss it)` : ''
    }.`,
    '',
    `**Never accused:** the server without a defect was accused in ${wrongly.length} of ${good.length} judgings, ${goodRuns} runs${
      wrongly.length === 0
        ? `: 95 % sure that fewer than ${bound(goodRuns)} of runs, and ${bound(good.length)} of judgings, accuse it wrongly`
        : ` (${wrongly.map(({ seed, accused }) => `${seed}: ${accused.join(', ')}`).join('; ')})`
    }.`,
    '',
    'With none in n, the rule of three bounds the true rate at 3 / n with 95 % confidence.',
    '',
    '| planted defect | clauses that must fail | found | others that failed |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** @param {Line[]} lines */
function groups(lines) {
  /** @type {Map<string, Line[]>} */
  const byName = new Map();
  for (const line of lines) {
    const name = line.defect === 'none' ? `none, against ${line.found.join(', ')}` : line.defect;
    byName.set(name, [...(byName.get(name) ?? []), line]);
  }
  return byName;
}

/** @param {number} count */
function bound(count) {
  return `${(300 / Math.max(3, count)).toFixed(1)} %`;
}
