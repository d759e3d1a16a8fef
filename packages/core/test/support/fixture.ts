import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LifecycleOptions, ShutdownReport } from '@quiesce/core';
import { type StartProcessOptions, startProcess, type TestProcess } from '../../../../e2e/support/process.js';
import { compileReportSchema } from './report-schema.js';

/** What a fixture is told, as its one argument. */
export interface Told {
  readonly options?: Partial<LifecycleOptions>;
  readonly [what: string]: unknown;
}

/** Registers what is done when a test has ended: the test context's own, so that tests may run side by side. */
export type OnTestFinished = (end: () => void | Promise<void>) => void;

/** The command line that runs a fixture on the Node.js that runs the tests. */
export function fixtureCommand(name: string, told: Told = {}): [string, string, string] {
  const path = fileURLToPath(new URL(`../fixtures/${name}.mjs`, import.meta.url));
  return [process.execPath, path, JSON.stringify(told)];
}

/** Starts a fixture program as a real process, which is gone when the test is over. */
export function startFixture(
  name: string,
  told: Told,
  onFinished: OnTestFinished,
  options: StartProcessOptions = {},
): TestProcess {
  const [node, ...args] = fixtureCommand(name, told);
  return startProcess(node, args, { ...options, onFinished });
}

/** Runs a shell script; `$@` in it is the command line that runs the fixture. */
export function startInShell(
  script: string,
  command: readonly string[],
  onFinished: OnTestFinished,
  options: StartProcessOptions = {},
): TestProcess {
  return startProcess('bash', ['-c', script, 'bash', ...command], { ...options, onFinished });
}

/** A folder of its own for a test, which is gone when the test is over. */
export function createFolder(onFinished: OnTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'quiesce-'));
  onFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const isReport = compileReportSchema();

/** Reads a report; every one that any test reads has to keep to the published schema. */
export function readReport(file: string): ShutdownReport {
  const report: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (isReport(report)) return report as ShutdownReport;
  throw new Error(`${file} does not keep to the schema: ${JSON.stringify(isReport.errors, null, 2)}`);
}
