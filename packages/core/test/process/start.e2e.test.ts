import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { calledHooks, startService, stopService } from '../support/stop-service.js';

describe.concurrent('a start that fails', () => {
  for (const start of ['throws', 'rejects']) {
    it(`because a component ${start}: what was started is stopped, and the exit code is 1`, async ({
      onTestFinished,
    }) => {
      const until = /^never ready/;
      const service = await startService({ orders: { start } }, onTestFinished, { until });
      const { exit, report, stdout, stderr } = await service.stopped();
      expect(exit).toMatchObject({ code: 1, signal: null });
      expect(report).toMatchObject({
        outcome: 'failed',
        reason: 'start-failed',
        error: { name: 'StartError', code: 'QUIESCE_START', message: 'component "orders" failed to start' },
      });
      expect(report.components.map(({ name }) => name)).toEqual(['database']);
      expect(stderr).toContain('"orders" failed to start: ');
      expect(stdout).toContain('database start\norders start\n');
      expect(stdout).not.toContain('web');
      expect(calledHooks(stdout)).not.toEqual([]);
      expect(calledHooks(stdout).every((hook) => hook.startsWith('database '))).toBe(true);
    });
  }
});

describe.concurrent('a stop during the start', () => {
  it('waits for what is starting, stops it, and starts nothing more', async ({ onTestFinished }) => {
    const options = { until: /^orders start/ };
    const { exit, report, stdout } = await stopService(
      { orders: { start: 'outlastsSignal' } },
      onTestFinished,
      options,
    );
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(report).toMatchObject({ outcome: 'clean', reason: 'signal:SIGTERM' });
    expect(report.components.map(({ name }) => name)).toEqual(['database', 'orders']);
    expect(stdout).toContain('database release');
    expect(stdout).not.toContain('web');
  });

  it('does not wait for ever when a start hook hangs', async ({ onTestFinished }) => {
    const told = { options: { timeoutMs: 1_200 }, orders: { start: 'hangs' } };
    const { exit, report, stdout } = await stopService(told, onTestFinished, { until: /^orders start/ });
    expect(exit).toMatchObject({ code: 3, signal: null });
    expect(report).toMatchObject({
      outcome: 'incomplete',
      notes: [{ component: 'orders', code: 'start-unfinished' }],
    });
    expect(report.phases[0]).toMatchObject({ name: 'announce', outcome: 'late' });
    expect(report.components.map(({ name }) => name)).toEqual(['database']);
    expect(stdout).toContain('database release');
  });
});

describe.concurrent('a service without components', () => {
  it('stays alive until the signal, and stops well', async ({ onTestFinished }) => {
    const { process, stopped } = await startService({}, onTestFinished, { fixture: 'empty-service' });
    await delay(100); // a process that nothing keeps alive ends in a few milliseconds
    process.signal('SIGTERM');
    const { exit, report, stdout } = await stopped();
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(report).toMatchObject({ outcome: 'clean', components: [] });
    expect(stdout).not.toContain('nothing keeps the process alive');
  });
});
