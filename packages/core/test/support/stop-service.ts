import { join } from 'node:path';
import type { Phase, ShutdownReport } from '@quiesce/core';
import type { ProcessExit, TestProcess } from '../../../../e2e/support/process.js';
import { createFolder, type OnTestFinished, readReport, startFixture, type Told } from './fixture.js';

/** A service that has stopped, and what is left of it. */
export interface Stopped {
  readonly exit: ProcessExit;
  readonly report: ShutdownReport;
  readonly stdout: string;
  readonly stderr: string;
}

/** A service that runs. */
export interface Running {
  readonly process: TestProcess;
  /** Waits for its end and reads its report. */
  stopped(): Promise<Stopped>;
}

/** All phases, in their order. */
export const phases: readonly Phase[] = ['announce', 'refuse', 'drain', 'persist', 'release', 'exit'];

/** What the fixture `service` says when all its hooks are called in the order that its dependencies ask for. */
export const everyHook: readonly string[] = phases.flatMap((phase) =>
  ['web', 'orders', 'database'].map((name) => `${name} ${phase}`),
);

/** Starts the fixture `service` (or another one) and waits until it is ready. */
export async function startService(
  told: Told,
  onFinished: OnTestFinished,
  { fixture = 'service', env = {} }: { fixture?: string; env?: Record<string, string> } = {},
): Promise<Running> {
  const reportFile = join(createFolder(onFinished), 'report.json');
  const options = { reportFile, ...told.options };
  const process = startFixture(fixture, { ...told, options }, onFinished, { env });
  await process.waitForLine('ready');
  return {
    process,
    async stopped() {
      const exit = await process.waitForExit();
      const { stdout, stderr } = process;
      return { exit, report: readReport(options.reportFile), stdout, stderr };
    },
  };
}

/** Starts a service, sends it a signal as soon as it is ready, and waits for its end. */
export async function stopService(
  told: Told,
  onFinished: OnTestFinished,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<Stopped> {
  const service = await startService(told, onFinished);
  service.process.signal(signal);
  return service.stopped();
}

/** The hooks that a report says did not end well, as `component phase outcome`. */
export function notDone(report: ShutdownReport): readonly string[] {
  return report.components.flatMap(({ name, phases: hooks }) =>
    hooks
      .filter(({ outcome }) => outcome !== 'done')
      .map(({ phase, outcome }) => `${name} ${phase} ${outcome}`),
  );
}

/** The hooks that were called, in their order, as the fixture `service` says them. */
export function calledHooks(stdout: string): readonly string[] {
  return stdout.split('\n').filter((line) => /^(web|orders|database) /.test(line));
}
