import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DemoResult } from '../../scripts/demo/run-demo.mjs';
import { startNode, type TestProcess } from '../support/process.js';

const script = new URL('../../scripts/demo/main.mjs', import.meta.url);

interface Demo {
  readonly process: TestProcess;
  /** Where it keeps what it writes while it runs. */
  readonly folder: string;
  readonly result: () => DemoResult;
}

async function startDemo(...args: readonly string[]): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), 'demo-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const json = join(folder, 'account.json');
  const env = { TMPDIR: folder, NO_COLOR: '1' };
  const demo = startNode(script, ['--json', json, ...args], { env, timeoutMs: 45_000 });
  return { process: demo, folder, result: () => JSON.parse(readFileSync(json, 'utf8')) as DemoResult };
}

/** The process id that the demo has said of the service or of the load. */
async function pidOf(who: 'Service' | 'Load', demo: TestProcess): Promise<number> {
  const line = await demo.waitForLine(new RegExp(`^${who} +process`));
  return Number(/process (\d+)/.exec(line)?.[1]);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('npm start', () => {
  it('stops a service under load in six phases and finds that nothing was lost', async () => {
    const demo = await startDemo();
    const exit = await demo.process.waitForExit();

    expect(exit, demo.process.stdout + demo.process.stderr).toMatchObject({ code: 0 });
    const { account, report } = demo.result();
    expect(account).toMatchObject({
      requests: { lost: 0 },
      orders: { lost: 0, found: account.orders.acknowledged },
      stop: { outcome: 'clean', code: 0 },
      isEverythingThere: true,
    });
    // The load was there, and met the closed door: otherwise the account would be worth nothing.
    expect(account.requests.answered).toBeGreaterThan(100);
    expect(account.requests.refused).toBeGreaterThan(0);
    expect(account.orders.acknowledged).toBeGreaterThan(10);
    expect(report?.work.inFlightAtStart).toBeGreaterThan(0);
    const phases = ['announce', 'refuse', 'drain', 'persist', 'release', 'exit'];
    const told = demo.process.stdout.matchAll(/^\+\d+\.\d{3} s {2}(\w+) +done after/gm);
    expect([...told].map(([, phase]) => phase)).toEqual(phases);
    expect(demo.process.stdout).toContain('Nothing was lost.');
  });

  it('finds what a service loses that ends as soon as SIGTERM comes', async () => {
    const demo = await startDemo('--broken');
    const exit = await demo.process.waitForExit();

    expect(exit).toMatchObject({ code: 1 });
    const { account } = demo.result();
    expect(account.isEverythingThere).toBe(false);
    expect(account.requests.lost).toBeGreaterThan(0);
    expect(account.orders.lost).toBeGreaterThan(0);
    expect(account.orders.lostIds.length).toBeGreaterThan(0);
    expect(demo.process.stdout).toContain('Something was lost.');
  });

  it('leaves nothing behind when Ctrl-C comes in the middle, twice as npm and a terminal deliver it', async () => {
    const demo = await startDemo();
    const pids = [await pidOf('Service', demo.process), await pidOf('Load', demo.process)];
    await demo.process.waitForLine('announce');

    demo.process.signalGroup('SIGINT');
    demo.process.signal('SIGINT');

    expect(await demo.process.waitForExit()).toMatchObject({ code: 130 });
    expect(pids.filter(isRunning)).toEqual([]);
    expect(await readdir(demo.folder)).toEqual([]);
  });

  it('takes the service and the load with it when it is killed', async () => {
    const demo = await startDemo();
    const pids = [await pidOf('Service', demo.process), await pidOf('Load', demo.process)];

    demo.process.signal('SIGKILL');

    await expect.poll(() => pids.filter(isRunning), { timeout: 10_000 }).toEqual([]);
  });
});
