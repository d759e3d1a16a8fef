import { describe, expect, it } from 'vitest';
import { startFixture } from '../support/fixture.js';
import { calledHooks, everyHook, startService, stopService } from '../support/stop-service.js';

const ofPhases = (...phases: readonly string[]): string[] =>
  everyHook.filter((hook) => phases.includes(hook.split(' ')[1] ?? ''));

describe.concurrent('a crash while the service runs is a stop that saves what can be saved', () => {
  const crashes = [
    {
      by: 'exception',
      what: 'an uncaught exception',
      error: { name: 'RangeError', message: 'crashed on purpose' },
    },
    {
      by: 'rejection',
      what: 'an unhandled rejection',
      error: { name: 'RangeError', message: 'crashed on purpose' },
    },
    {
      by: 'nothing',
      what: 'an exception that is undefined',
      error: { message: 'uncaughtException with nothing' },
    },
  ];

  for (const { by, what, error } of crashes) {
    it(`after ${what}: nothing is drained, but everything persists`, async ({ onTestFinished }) => {
      const { stopped } = await startService({ by }, onTestFinished, { fixture: 'crashes' });
      const { exit, report, stdout, stderr } = await stopped();
      expect(exit).toMatchObject({ code: 1, signal: null });
      expect(report).toMatchObject({ outcome: 'failed', reason: 'crash', error });
      expect(report.mode).toMatchObject({ requested: 'last-ditch', reached: 'last-ditch' });
      expect(calledHooks(stdout)).toEqual(ofPhases('refuse', 'persist', 'release', 'exit'));
      expect(stderr).toMatch(/^quiesce fixture: (uncaughtException|unhandledRejection): /m);
    });
  }

  it('with crash: "graceful" the work in flight ends as well', async ({ onTestFinished }) => {
    const told = { by: 'exception', options: { crash: 'graceful' } } as const;
    const { stopped } = await startService(told, onTestFinished, { fixture: 'crashes' });
    const { exit, report, stdout } = await stopped();
    expect(exit).toMatchObject({ code: 1, signal: null });
    expect(report).toMatchObject({ outcome: 'failed', reason: 'crash', mode: { requested: 'graceful' } });
    expect(calledHooks(stdout)).toEqual(everyHook);
  });

  it.for(['exception', 'rejection'])(
    'with crash: false Node.js ends the process as ever after an %s',
    async (by, { onTestFinished }) => {
      const told = { by, options: { crash: false } } as const;
      const service = startFixture('crashes', told, onTestFinished);
      expect(await service.waitForExit()).toMatchObject({ code: 1, signal: null });
      expect(service.stderr).toMatch(/RangeError: crashed on purpose[^]*\nNode\.js v/);
      expect(calledHooks(service.stdout)).toEqual([]);
    },
  );
});

describe.concurrent('what the host program gets wrong stops nobody', () => {
  it('listeners that throw are logged, and the stop is clean', async ({ onTestFinished }) => {
    const fixture = 'throws-in-listeners';
    const { exit, report, stdout, stderr } = await stopService({}, onTestFinished, { fixture });
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(report.outcome).toBe('clean');
    expect(calledHooks(stdout)).toEqual(everyHook);
    expect(stderr).toContain(
      'a listener for "phase-start" threw: Error: the listener for phase-start failed',
    );
  });

  it('a logger that throws keeps neither the stop nor the report', async ({ onTestFinished }) => {
    const fixture = 'throws-in-logger';
    const { exit, report, stdout } = await stopService({}, onTestFinished, { fixture });
    expect(exit).toMatchObject({ code: 3, signal: null });
    expect(report.outcome).toBe('incomplete');
    expect(calledHooks(stdout)).toEqual(everyHook);
  });
});
