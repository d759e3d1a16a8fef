import { appendFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type PlantedDefect, plantedDefects } from './planted-defects.js';
import { failedClauses, fixture, runJudge } from './run-judge.js';
import { createTurnstile } from './turnstile.js';

/** More seeds, whole judgings, several at a time, and where to write what was found; see CONTRIBUTING.md. */
const seeds = Number(process.env['JUDGE_SEEDS'] ?? 1);
const wholeRuns = process.env['JUDGE_RUNS'];
const only = process.env['JUDGE_ONLY']?.split(',');
const recordFile = process.env['JUDGE_RECORD'];
const turnstile = createTurnstile(Number(process.env['JUDGE_PARALLEL'] ?? 1));
/** All wait for their turn at once; each judging has a patience of its own. */
const timeoutMs = 24 * 3_600_000;

interface Judged {
  readonly failed: readonly string[];
  readonly reasons: string;
  readonly runs: number;
}

async function judge(planted: PlantedDefect, seed: string): Promise<Judged> {
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
    runs: report?.runs.length ?? 0,
  };
}

/** Two of every scenario; the good server plays one more of each, so that all clauses are asked. */
function runsFor({ only: scenarios, defect }: PlantedDefect): number {
  if (defect === 'none') return 18;
  return scenarios.length === 1 ? 3 : 3 * scenarios.length;
}

/** One line a judging, for `packages/verify/bench/defects.mjs`. */
function record(planted: PlantedDefect, seed: string, { failed, reasons, runs }: Judged): void {
  if (recordFile === undefined) return;
  const { defect, found, also = [] } = planted;
  const missed = found.filter((id) => !failed.includes(id));
  const accused = failed.filter((id) => !found.includes(id) && !also.includes(id));
  appendFileSync(recordFile, `${JSON.stringify({ defect, found, seed, runs, missed, accused, reasons })}\n`);
}

const chosen = plantedDefects.filter(({ defect }) => only === undefined || only.includes(defect));
const cases = chosen.flatMap((planted, row) =>
  Array.from({ length: seeds }, (_empty, index) => ({
    planted,
    defect: planted.defect,
    seed: `${planted.defect}-${row}-${index}`,
  })),
);

describe('a planted defect', () => {
  it.concurrent.for(cases)(
    '"$defect" is found by exactly the clauses that name it (seed $seed)',
    { timeout: timeoutMs },
    async ({ planted, seed }) => {
      const judged = await turnstile(async () => await judge(planted, seed));
      record(planted, seed, judged);
      const { failed, reasons } = judged;
      expect(failed, reasons).toEqual(expect.arrayContaining([...planted.found]));
      const allowed = [...planted.found, ...(planted.also ?? [])];
      expect(
        failed.filter((id) => !allowed.includes(id)),
        reasons,
      ).toEqual([]);
    },
  );
});
