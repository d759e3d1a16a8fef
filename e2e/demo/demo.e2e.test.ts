import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DemoResult } from '../../scripts/demo/run-demo.mjs';
import { startNode, type TestProcess } from '../support/process.js';
import { findProcessesOfRun, type RunningProcess, runMarker } from '../support/processes-of-run.js';

const script = new URL('../../scripts/demo/main.mjs', import.meta.url);

interface Demo {
  readonly process: TestProcess;
  /** Where it keeps what it writes while it runs. */
  readonly folder: string;
  readonly result: () => DemoResult;
  /** The demo itself, the service and the load, as far as they run. */
  readonly processes: () => readonly RunningProcess[];
}

async function startDemo(...args: readonly string[]): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), 'demo-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const json = join(folder, 'account.json');
  const env = { TMPDIR: folder, NO_COLOR: '1', [runMarker]: folder };
  return {
    process: startNode(script, ['--json', json, ...args], { env, timeoutMs: 45_000 }),
    folder,
    result: () => JSON.parse(readFileSync(json, 'utf8')) as DemoResult,
    processes: () => findProcessesOfRun(folder),
  };
}

/** Waits until the demo has started both of its processes. */
async function bothRun({ process: demo }: Demo): Promise<void> {
  await demo.waitForLine(/^Service +process \d+/);
  await demo.waitForLine(/^Load +process \d+/);
}

describe('npm start', () => {
  it('stops a service under load in six phases and finds that nothing was lost', async () => {
    const demo = await startDemo();
    const exit = await demo.process.waitForExit();

    expect(exit, demo.process.stdout + demo.process.stderr).toMatchObject({ code: 0 });
    const { account, report } = demo.result();
    expect(account).toMatchObject({
      requests: { lost: 0 },
      messages: { lost: 0, found: account.messages.acknowledged },
      stop: { outcome: 'clean', code: 0 },
      isEverythingThere: true,
    });
    // The load was there, and met the closed door: otherwise the account would be worth nothing.
    expect(account.requests.answered).toBeGreaterThan(100);
    expect(account.requests.refused).toBeGreaterThan(0);
    expect(account.messages.acknowledged).toBeGreaterThan(10);
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
    expect(account.messages.lost).toBeGreaterThan(0);
    expect(account.messages.lostIds.length).toBeGreaterThan(0);
    expect(demo.process.stdout).toContain('Something was lost.');
  });

  it('leaves nothing behind when Ctrl-C comes in the middle, twice as npm and a terminal deliver it', async () => {
    const demo = await startDemo();
    await demo.process.waitForLine('announce');

    demo.process.signalGroup('SIGINT');
    demo.process.signal('SIGINT');

    expect(await demo.process.waitForExit()).toMatchObject({ code: 130 });
    expect(demo.processes()).toEqual([]);
    expect(await readdir(demo.folder)).toEqual([]);
  });

  it('takes the service and the load with it when it is killed', async () => {
    const demo = await startDemo();
    await bothRun(demo);
    expect(demo.processes()).toHaveLength(process.platform === 'linux' ? 3 : 0);

    demo.process.signal('SIGKILL');

    await expect.poll(() => demo.processes(), { timeout: 10_000 }).toEqual([]);
  });
});
