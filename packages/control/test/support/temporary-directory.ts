import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory of one test, closed to others; removed with all that is in it when the test is over. */
export async function createTemporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'quiesce-control-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
