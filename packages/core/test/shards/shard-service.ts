import { join } from 'node:path';
import type { PartReport, ShutdownReport } from '@quiesce/core';
import type { ProcessExit, TestProcess } from '../../../../e2e/support/process.js';
import {
  createFolder,
  type OnTestFinished,
  readReport,
  startFixture,
  type Told,
} from '../support/fixture.js';

/** A service of shards that runs. */
export interface ShardService {
  readonly process: TestProcess;
  stopped(): Promise<StoppedShards>;
}

/** A service of shards that has stopped. */
export interface StoppedShards {
  readonly exit: ProcessExit;
  readonly report: ShutdownReport;
  readonly parts: readonly PartReport[];
  readonly lines: readonly string[];
}

/** Starts the fixture `shard-parent` and waits until it is ready. */
export async function startShards(told: Told, onFinished: OnTestFinished): Promise<ShardService> {
  const reportFile = join(createFolder(onFinished), 'report.json');
  const process = startFixture(
    'shard-parent',
    { ...told, options: { reportFile, ...told.options } },
    onFinished,
  );
  await process.waitForLine(/^ready/);
  return {
    process,
    async stopped() {
      const exit = await process.waitForExit();
      const report = readReport(reportFile);
      const parts = report.components.find(({ name }) => name === 'shards')?.parts ?? [];
      return { exit, report, parts, lines: process.stdout.split('\n') };
    },
  };
}

/** Where a line stands among those that were written; fails the test when it is not there. */
export function positionOf(lines: readonly string[], line: string): number {
  const position = lines.indexOf(line);
  if (position < 0) throw new Error(`"${line}" is not among:\n${lines.join('\n')}`);
  return position;
}
