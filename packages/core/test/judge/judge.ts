import { fileURLToPath } from 'node:url';
import { failedClauses, runJudge } from '../../../verify/test/run-judge.js';

/** What the judge said of a server. */
export interface Judged {
  readonly failed: readonly string[];
  /** How many clauses it was found to keep to. */
  readonly passed: number;
  /** What it said beside. */
  readonly log: string;
}

/** The path of a program, from the root of the repository. */
export function program(path: string): string {
  return fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
}

/** Has the clauses about HTTP judged: loaded stops, and those with connections that say nothing. */
export async function judge(
  path: string,
  runs: number,
  { args = [], env = {} }: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<Judged> {
  const plan = ['--only', runs === 1 ? 'stop' : 'stop,holders', '--runs', String(runs), '--deadline', '15'];
  const load = ['--path', '/orders/17', '--connections', '16', '--rate', '50', '--think', '20'];
  const { report, stderr, stdout } = await runJudge(
    [...plan, ...load, ...args, '--', process.execPath, program(path)],
    env,
  );
  const passed = (report?.clauses ?? []).filter(({ outcome }) => outcome === 'pass').length;
  return { failed: failedClauses(report), passed, log: `${stdout}\n${stderr}` };
}
