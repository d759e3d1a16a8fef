import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TestProcess } from '../../../../e2e/support/process.js';
import { createFolder, type OnTestFinished, startFixture } from '../support/fixture.js';

describe('the end of the process', () => {
  it("comes with the stop's code also when an exit handler throws, and says that one did", async ({
    onTestFinished,
  }) => {
    const service = startFixture('throws-on-exit', {}, onTestFinished);
    await service.waitForLine('ready');
    service.signal('SIGTERM');

    expect(await service.waitForExit()).toMatchObject({ code: 0, signal: null });
    expect(service.stderr).toContain(
      'a handler of the process\'s "exit" event threw: RangeError: thrown on exit',
    );
  });
});

// `process.exit` would wait for such a thread for ever.
describe.runIf(process.platform === 'linux').concurrent('a thread that is stuck in a file', () => {
  const start = async (
    timeoutMs: number,
    onTestFinished: OnTestFinished,
  ): Promise<{ readonly service: TestProcess; readonly fifo: string }> => {
    const fifo = join(createFolder(onTestFinished), 'fifo');
    execFileSync('mkfifo', [fifo]);
    const service = startFixture('stuck-thread', { fifo, options: { timeoutMs } }, onTestFinished);
    await service.waitForLine('ready');
    return { service, fifo };
  };

  it('holds the process until the deadline, then it is killed: reported, and with its exit handlers run', async ({
    onTestFinished,
  }) => {
    const { service } = await start(1_000, onTestFinished);
    service.signal('SIGTERM');
    expect(await service.waitForExit()).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(service.stderr).toMatch(/report: clean\n(?:.*\n)*exit handler: 0\n/);
    expect(service.stderr).toContain('a thread is stuck in FSReqCallback');
  });

  it('ends with the code of the stop when the thread is free before', async ({ onTestFinished }) => {
    const { service, fifo } = await start(60_000, onTestFinished);
    service.signal('SIGTERM');
    await service.waitForLine('report: clean');
    await writeFile(fifo, '');
    expect(await service.waitForExit()).toMatchObject({ code: 0, signal: null });
    expect(service.stderr).not.toContain('a thread is stuck');
  });

  it('is not waited for by who forces the end', async ({ onTestFinished }) => {
    const { service } = await start(60_000, onTestFinished);
    service.signal('SIGUSR1');
    expect(await service.waitForExit()).toMatchObject({ signal: 'SIGKILL' });
    expect(service.stderr).toContain('report: forced');
  });
});
