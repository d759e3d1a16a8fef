import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder, startFixture } from '../support/fixture.js';
import { notDone, phases, startService, stopService } from '../support/stop-service.js';

const options = { timeoutMs: 300 };

describe.concurrent('a hook that blocks the event loop past the deadline', () => {
  for (const phase of phases) {
    it(`is named, and ended with SIGKILL by the watchdog, in ${phase}`, async ({ onTestFinished }) => {
      const orders = { [phase]: 'blocks' };
      const { exit, report, stderr } = await stopService({ options, orders }, onTestFinished);
      expect(exit).toMatchObject({ code: null, signal: 'SIGKILL' });
      const message = `the event loop was blocked past the deadline in the ${phase} hook of "orders"`;
      expect(stderr).toContain(`quiesce fixture: ${message}; ending the process\n`);
      expect(report).toMatchObject({
        outcome: 'forced',
        exit: { code: 137 },
        mode: { reached: 'force', climbs: [{ from: 'graceful', to: 'force', cause: 'watchdog' }] },
        notes: [{ component: 'orders', code: 'watchdog', message }],
      });
      expect(report.phases.at(-1)).toMatchObject({ name: phase, outcome: 'cut' });
      expect(notDone(report)).toEqual([`orders ${phase} aborted`]);
      expect(report.durationMs).toBeGreaterThanOrEqual(options.timeoutMs);
    });
  }

  it('is named when it blocks after its first await, too', async ({ onTestFinished }) => {
    const orders = { persist: 'blocksAfterAwait' };
    const { exit, report } = await stopService({ options, orders }, onTestFinished);
    expect(exit.signal).toBe('SIGKILL');
    expect(report.notes).toMatchObject([
      {
        component: 'orders',
        message: expect.stringContaining('while there ran the persist hook of "orders"'),
      },
    ]);
    expect(notDone(report)).toEqual(['orders persist aborted']);
  });

  it('is one of several that ran: all of them are named', async ({ onTestFinished }) => {
    const orders = { refuse: 'blocksAfterAwait' };
    const web = { refuse: 'hangs' };
    const { exit, report } = await stopService({ options, orders, web }, onTestFinished);
    expect(exit.signal).toBe('SIGKILL');
    expect(notDone(report)).toEqual(['orders refuse aborted', 'web refuse aborted']);
    expect(report.notes).toEqual([
      {
        code: 'watchdog',
        message: expect.stringMatching(/ran the refuse hook of "orders", the refuse hook of "web"$/),
      },
    ]);
  });

  it('is ended when no report can be written, too', async ({ onTestFinished }) => {
    const reportFile = join(createFolder(onTestFinished), 'no-such-folder', 'report.json');
    const told = { options: { ...options, reportFile }, orders: { drain: 'blocks' } };
    const service = startFixture('service', told, onTestFinished);
    await service.waitForLine(/^ready/);
    service.signal('SIGTERM');
    expect(await service.waitForExit()).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('is a stop that was killed, for the next start', async ({ onTestFinished }) => {
    const stateFile = join(createFolder(onTestFinished), 'state.json');
    const told = { options: { ...options, stateFile }, orders: { drain: 'blocks' } };
    await stopService(told, onTestFinished);
    const next = await startService({ options: { stateFile } }, onTestFinished);
    expect(next.process.stdout).toContain('ready previousStop=killed');
  });

  it('is reported, and the stop goes on, when it gives the event loop back in time', async ({
    onTestFinished,
  }) => {
    const { exit, report } = await stopService({ orders: { drain: 'blocksAWhile' } }, onTestFinished);
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(report.notes).toMatchObject([{ component: 'orders', code: 'event-loop-blocked' }]);
  });
});
