import { describe, expect, it } from 'vitest';
import { type PlantedDefect, plantedDefects } from './planted-defects.js';
import { failedClauses, fixture, runJudge } from './run-judge.js';

/** More seeds and whole judgings: `QUIESCE_VERIFY_SEEDS=20 QUIESCE_VERIFY_RUNS=20`. */
const seeds = Number(process.env['QUIESCE_VERIFY_SEEDS'] ?? 1);
const wholeRuns = process.env['QUIESCE_VERIFY_RUNS'];
const timeoutMs = 300_000;

async function judge(planted: PlantedDefect, seed: string): Promise<{ failed: string[]; reasons: string }> {
  const plan =
    wholeRuns === undefined
      ? ['--only', planted.only.join(','), '--runs', String(runsFor(planted))]
      : ['--runs', wholeRuns];
  const settings =
    '--deadline 6 --ready /readyz --live /livez --announce 0.2 --websocket /socket --sse /events'.split(' ');
  const requests = [
    '--requests',
    fixture('requests.json'),
    '--durable',
    'PUT /items/{id} => GET /items/{id}',
  ];
  const command = ['--', process.execPath, fixture('one-server.mjs')];
  const { report, stderr } = await runJudge(
    ['--seed', seed].concat(settings, requests, plan, planted.args ?? [], command),
    { DEFECT: planted.defect },
  );
  expect(report, stderr).toBeDefined();
  const failing = (report?.clauses ?? []).filter(({ outcome }) => outcome === 'fail');
  return {
    failed: failedClauses(report),
    reasons: failing.map(({ id, reason }) => `${id}: ${reason}`).join('\n'),
  };
}

/** Two of every scenario; the good server plays one more of each, so that all clauses are asked. */
function runsFor({ only, defect }: PlantedDefect): number {
  if (defect === 'none') return 18;
  return only.length === 1 ? 3 : 3 * only.length;
}

describe.each(plantedDefects)('with the defect "$defect"', (planted) => {
  const seedNames = Array.from({ length: seeds }, (_empty, index) => `${planted.defect}-${index}`);
  it.each(seedNames)(
    'exactly the clauses that name it fail (seed %s)',
    { timeout: timeoutMs },
    async (seed) => {
      const { failed, reasons } = await judge(planted, seed);
      expect(failed, reasons).toEqual(expect.arrayContaining([...planted.found]));
      const allowed = [...planted.found, ...(planted.also ?? [])];
      expect(
        failed.filter((id) => !allowed.includes(id)),
        reasons,
      ).toEqual([]);
    },
  );
});
