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

/** Options of {@link startService}. All optional. */
export interface StartServiceOptions {
  /** @default 'service' */
  readonly fixture?: string;
  /** Added to the environment. @default {} */
  readonly env?: Readonly<Record<string, string>>;
  /** The line to wait for. @default what the fixture says when it is ready */
  readonly until?: RegExp;
}

/** All phases, in their order. */
export const phases: readonly Phase[] = ['announce', 'refuse', 'drain', 'persist', 'release', 'exit'];

/** What the fixture `service` says of the hooks of a graceful stop. */
export const everyHook: readonly string[] = phases.flatMap((phase) =>
  ['web', 'orders', 'database'].map((name) => `${name} ${phase}`),
);

/** Starts a fixture that writes a report, and waits until it is ready. */
export async function startService(
  told: Told,
  onFinished: OnTestFinished,
  { fixture = 'service', env = {}, until = /^ready/ }: StartServiceOptions = {},
): Promise<Running> {
  const reportFile = told.options?.reportFile ?? join(createFolder(onFinished), 'report.json');
  const options = { ...told.options, reportFile };
  const process = startFixture(fixture, { ...told, options }, onFinished, { env });
  await process.waitForLine(until);
  return {
    process,
    async stopped() {
      const exit = await process.waitForExit();
      const { stdout, stderr } = process;
      return { exit, report: readReport(reportFile), stdout, stderr };
    },
  };
}

/** Starts a service, sends it a signal as soon as it is ready, and waits for its end. */
export async function stopService(
  told: Told,
  onFinished: OnTestFinished,
  { signal = 'SIGTERM', ...options }: StartServiceOptions & { readonly signal?: NodeJS.Signals } = {},
): Promise<Stopped> {
  const service = await startService(told, onFinished, options);
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

/** The stop hooks that were called, in their order, as the fixtures say them. */
export function calledHooks(stdout: string): readonly string[] {
  return stdout.split('\n').filter((line) => /^(?:web|orders|database) (?!start)/.test(line));
}
