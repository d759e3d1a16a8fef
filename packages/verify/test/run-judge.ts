import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { VerifyReport } from '../src/report/verify-report.js';

/** What one call of the built command came to. */
export interface JudgeResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Undefined when it wrote none. */
  readonly report: VerifyReport | undefined;
}

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const patienceMs = 300_000;

/** The built command with these arguments. */
export function judgeCommand(args: readonly string[]): [string, ...string[]] {
  return [process.execPath, main, ...args];
}

/** Where the fixtures are. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
}

/** Runs `quiesce-verify`, as it is built, with these arguments; a server's data directory is made and removed. */
export async function runJudge(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<JudgeResult> {
  const directory = mkdtempSync(join(tmpdir(), 'quiesce-verify-test-'));
  const json = join(directory, 'report.json');
  try {
    return await new Promise((resolve) => {
      const options = { env: { ...process.env, DATA_DIRECTORY: directory, ...env }, timeout: patienceMs };
      const child = execFile(
        process.execPath,
        [main, '--json', json, ...args],
        options,
        (_error, stdout, stderr) => {
          resolve({ code: child.exitCode, stdout, stderr, report: readReport(json) });
        },
      );
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readReport(file: string): VerifyReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VerifyReport;
  } catch {
    return undefined;
  }
}

/** The ids of the clauses that failed. */
export function failedClauses(report: VerifyReport | undefined): string[] {
  return (report?.clauses ?? []).filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
}
