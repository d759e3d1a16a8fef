import { spawn } from 'node:child_process';
import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startHeadlessProcess } from '../../../../e2e/support/headless-process.js';
import { isRunning, readProcessIdentity, sharesPidNamespace } from '../../src/process/process-identity.js';
import { waitForProcessEnd } from '../../src/process/wait-for-end.js';

async function startSleeper(): Promise<{ pid: number; end(): Promise<void> }> {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise<void>((resolve) => child.once('spawn', resolve));
  return {
    pid: child.pid ?? 0,
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

describe('the identity of a process', () => {
  it('is its own for as long as it runs', async () => {
    const sleeper = await startSleeper();
    const identity = readProcessIdentity(sleeper.pid);
    expect(identity).toMatchObject({ pid: sleeper.pid });
    if (identity === undefined) return;
    expect(isRunning(identity)).toBe(true);
    await sleeper.end();
    expect(isRunning(identity)).toBe(false);
    expect(readProcessIdentity(sleeper.pid)).toBeUndefined();
  });

  it.runIf(process.platform === 'linux')('is told from that of a later process with the same pid', () => {
    const identity = readProcessIdentity(process.pid);
    expect(identity?.startTicks).toBeGreaterThan(0);
    expect(isRunning({ pid: process.pid, startTicks: (identity?.startTicks ?? 0) - 1 })).toBe(false);
  });

  it('is there until the last thread has ended, whatever the state of the first says', async (context) => {
    const headless = (await startHeadlessProcess()) ?? context.skip('python3 or /proc is not here');
    const identity = readProcessIdentity(headless.pid) ?? { pid: 0 };
    expect(identity).toMatchObject({ pid: headless.pid, startTicks: expect.any(Number) });
    expect(await waitForProcessEnd(identity, { timeoutMs: 20 })).toBe(false);
    await headless.end();
    expect(isRunning(identity)).toBe(false);
  });

  it('means something in its own namespace only', () => {
    const own = readProcessIdentity(process.pid) ?? { pid: 0 };
    expect(sharesPidNamespace(own)).toBe(true);
    expect(sharesPidNamespace({ pid: 1 })).toBe(true);
    expect(sharesPidNamespace({ pid: 1, pidNamespace: 'pid:[1]' })).toBe(process.platform !== 'linux');
  });
});

describe('waiting for the end of a process', () => {
  it('is over when the process is', async () => {
    const sleeper = await startSleeper();
    const identity = readProcessIdentity(sleeper.pid) ?? { pid: 0 };
    const waiting = waitForProcessEnd(identity, { timeoutMs: 20_000 });
    await sleeper.end();
    expect(await waiting).toBe(true);
  });

  it('gives up when its time is over, or it is told to', async () => {
    const clock = createManualClock();
    const own = readProcessIdentity(process.pid) ?? { pid: process.pid };
    const waiting = waitForProcessEnd(own, { timeoutMs: 1_000, clock });
    const controller = new AbortController();
    const other = waitForProcessEnd(own, { signal: controller.signal, clock });
    controller.abort();
    await clock.advance(1_000);
    expect(await Promise.all([waiting, other])).toEqual([false, false]);
    expect(clock.timers).toBe(0);
  });
});
