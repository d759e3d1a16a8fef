import type { Phase, ShutdownReport } from '@quiesce/core';
import { describe, expect, it } from 'vitest';
import { calledHooks, everyHook, notDone, phases, stopService } from '../support/stop-service.js';

/**
 * Short enough for the tests, and long enough for well-behaved hooks on a busy machine; on such a one the watchdog may
 * be first where a stop needs all of its time.
 */
const options = { timeoutMs: 1_500, watchdog: false };

function errorOf(report: ShutdownReport, component: string, phase: Phase): unknown {
  const hooks = report.components.find(({ name }) => name === component)?.phases;
  return hooks?.find((hook) => hook.phase === phase)?.error;
}

describe.concurrent('a hook that never settles is named, and everybody else is stopped in time', () => {
  const others = phases.filter((phase) => phase !== 'drain' && phase !== 'release');

  it.for(others)('when it hangs in %s', async (phase, { onTestFinished }) => {
    const stopped = await stopService({ options, orders: { [phase]: 'hangs' } }, onTestFinished);
    expect(stopped.exit).toMatchObject({ code: 3, signal: null });
    expect(stopped.report.outcome).toBe('incomplete');
    expect(notDone(stopped.report)).toEqual([`orders ${phase} late`]);
    expect(errorOf(stopped.report, 'orders', phase)).toMatchObject({ code: 'QUIESCE_HOOK_ABORTED' });
    expect(calledHooks(stopped.stdout).toSorted()).toEqual(everyHook.toSorted());
  });

  it('when it hangs in drain: what it depends on is not drained under it, and says so', async ({
    onTestFinished,
  }) => {
    const stopped = await stopService({ options, orders: { drain: 'hangs' } }, onTestFinished);
    expect(stopped.exit).toMatchObject({ code: 3, signal: null });
    expect(stopped.report.mode.climbs).toMatchObject([{ to: 'last-ditch', cause: 'drain-end' }]);
    expect(notDone(stopped.report).toSorted()).toEqual(['database drain late', 'orders drain late']);
    expect(errorOf(stopped.report, 'database', 'drain')).toMatchObject({
      message: 'the drain hook of "database" was never called: its time was over',
    });
    const called = everyHook.filter((hook) => hook !== 'database drain');
    expect(calledHooks(stopped.stdout).toSorted()).toEqual(called.toSorted());
  });

  it('when it hangs in release and others wait for it: they are released all the same', async ({
    onTestFinished,
  }) => {
    const stopped = await stopService({ options, orders: { release: 'hangs' } }, onTestFinished);
    expect(notDone(stopped.report)).toEqual(['orders release late']);
    expect(stopped.exit).toMatchObject({ code: 3, signal: null });
    expect(calledHooks(stopped.stdout)).toEqual(everyHook);
  });

  it('when the last one hangs in release: the deadline forces the end', async ({ onTestFinished }) => {
    const stopped = await stopService({ options, database: { release: 'hangs' } }, onTestFinished);
    expect(notDone(stopped.report)).toEqual(['database release aborted']);
    expect(stopped.report.mode.climbs).toMatchObject([{ to: 'force', cause: 'deadline' }]);
    expect(stopped.exit).toMatchObject({ code: 2, signal: null });
    expect(stopped.stdout).toContain('web abort\norders abort\ndatabase abort\n');
  });

  it('when it hangs in every phase at once', async ({ onTestFinished }) => {
    const orders = Object.fromEntries(phases.map((phase) => [phase, 'hangs']));
    const stopped = await stopService({ options, orders }, onTestFinished);
    expect(stopped.exit.signal).toBeNull();
    const late = phases.map((phase) => `orders ${phase} late`);
    expect(notDone(stopped.report)).toEqual(expect.arrayContaining(late));
    const called = everyHook.filter((hook) => hook !== 'database drain');
    expect(calledHooks(stopped.stdout)).toEqual(expect.arrayContaining(called));
  });
});

describe.concurrent('a hook that fails is named, and everybody else is stopped', () => {
  const cases = phases.flatMap((phase) => [
    { phase, what: 'throws', behaviour: 'throws', message: 'thrown on purpose' },
    { phase, what: 'rejects', behaviour: 'rejects', message: 'rejected on purpose' },
  ]);
  const odd = [
    { phase: 'persist', what: 'throws undefined', behaviour: 'throwsNothing', message: 'threw nothing' },
  ] as const;

  for (const { phase, what, behaviour, message } of [...cases, ...odd]) {
    it(`when it ${what} in ${phase}`, async ({ onTestFinished }) => {
      const stopped = await stopService({ orders: { [phase]: behaviour } }, onTestFinished);
      expect(stopped.exit).toMatchObject({ code: 3, signal: null });
      expect(stopped.report.outcome).toBe('incomplete');
      expect(notDone(stopped.report)).toEqual([`orders ${phase} failed`]);
      expect(errorOf(stopped.report, 'orders', phase)).toMatchObject({ message });
      expect(calledHooks(stopped.stdout).toSorted()).toEqual(everyHook.toSorted());
    });
  }

  it('when it settles twice, and throws after that: the first time counts', async ({ onTestFinished }) => {
    const orders = Object.fromEntries(phases.map((phase) => [phase, 'settlesTwice']));
    const stopped = await stopService({ orders }, onTestFinished);
    expect(stopped.exit).toMatchObject({ code: 0, signal: null });
    expect(stopped.report).toMatchObject({ outcome: 'clean', notes: [] });
    expect(calledHooks(stopped.stdout)).toEqual(everyHook);
  });
});

describe.concurrent('a failure that a hook leaves behind is a crash during the stop, and the stop goes on', () => {
  const cases = phases.flatMap((phase) => [
    { phase, what: 'a rejection', behaviour: 'leavesRejection', message: 'left behind by a hook' },
    { phase, what: 'an exception', behaviour: 'throwsLater', message: 'thrown in a later turn' },
  ]);

  for (const { phase, what, behaviour, message } of cases) {
    it(`${what} that nobody handles, from ${phase}`, async ({ onTestFinished }) => {
      const stopped = await stopService({ orders: { [phase]: behaviour } }, onTestFinished);
      expect(stopped.exit).toMatchObject({ code: 1, signal: null });
      expect(stopped.report).toMatchObject({
        outcome: 'failed',
        reason: 'signal:SIGTERM',
        mode: { reached: 'graceful' },
        error: { name: 'RangeError', message },
        notes: [{ code: 'failure-during-stop' }],
      });
      expect(notDone(stopped.report)).toEqual([]);
      expect(calledHooks(stopped.stdout)).toEqual(everyHook);
    });
  }
});
