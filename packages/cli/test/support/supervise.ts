import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ShutdownReport } from '@quiesce/core';
import type { CommandDetails } from '@quiesce/supervisor';
import { onTestFinished } from 'vitest';
import type { TestProcess } from '../../../../e2e/support/process.js';
import { type StartQuiesceOptions, startQuiesce } from './quiesce-process.js';

/** A service under `quiesce run`, in a folder of its own. */
export interface Supervised {
  readonly supervisor: TestProcess;
  /** Where its sockets are: what `XDG_RUNTIME_DIR` is set to. */
  readonly folder: string;
  readonly socketPath: string;
  /** The report of its stop. */
  report(): ShutdownReport;
  /** What the report says of the command. */
  child(): CommandDetails;
}

/** What the fixture `supervised.mjs` is told. */
export interface Told {
  readonly exit?: number;
  readonly delayMs?: number;
  readonly ignores?: readonly NodeJS.Signals[];
  readonly children?: readonly (Told & { readonly detached?: boolean; readonly bare?: boolean })[];
  readonly env?: readonly string[];
}

/** The command line of the fixture. */
export function program(told: Told = {}): readonly string[] {
  const path = fileURLToPath(new URL('../fixtures/supervised.mjs', import.meta.url));
  return [process.execPath, path, JSON.stringify(told)];
}

/** A folder that is gone when the test is over. */
export function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'q-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts `quiesce run` with these options for this command. Its name is `service`. */
export function supervise(
  options: readonly string[],
  command: readonly string[],
  { env = {}, ...more }: StartQuiesceOptions = {},
): Supervised {
  const folder = createFolder();
  const reportFile = join(folder, 'report.json');
  const args = ['run', '--name', 'service', '--report', reportFile, ...options, '--', ...command];
  const supervisor = startQuiesce(args, { ...more, env: { XDG_RUNTIME_DIR: folder, ...env } });
  const report = (): ShutdownReport => {
    if (!existsSync(reportFile)) throw new Error(`there is no report\n${supervisor.stderr}`);
    return JSON.parse(readFileSync(reportFile, 'utf8')) as ShutdownReport;
  };
  return {
    supervisor,
    folder,
    socketPath: join(folder, 'quiesce/service.sock'),
    report,
    child() {
      const found = report().components.find(({ name }) => name === 'child')?.details;
      if (found === undefined) throw new Error('the report says nothing of the command');
      return found as unknown as CommandDetails;
    },
  };
}

/** Starts the fixture under `quiesce run` and waits until it runs; resolves with its pid too. */
export async function superviseProgram(
  told: Told,
  options: readonly string[] = [],
  more: StartQuiesceOptions = {},
): Promise<Supervised & { readonly pid: number }> {
  const supervised = supervise(options, program(told), more);
  const line = await supervised.supervisor.waitForLine(/^ready \d+$/);
  return { ...supervised, pid: Number(line.split(' ')[1]) };
}

/** The ids of the programs that the fixture says it has started. */
export function childrenOf({ supervisor }: Supervised): readonly number[] {
  return [...supervisor.stdout.matchAll(/^child (\d+)$/gm)].map(([, pid]) => Number(pid));
}

/** Asks a probe on the control socket. */
export function ask({ socketPath }: Supervised, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ socketPath, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).once('error', reject);
  });
}

/** Whether a process is there and has not ended. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}
