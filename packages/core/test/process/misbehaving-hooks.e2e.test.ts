import { describe, expect, it } from 'vitest';
import { calledHooks, everyHook, notDone, phases, stopService } from '../support/stop-service.js';

/** Short enough for the tests, and long enough for well-behaved hooks on a busy machine. */
const options = { timeoutMs: 1_200 };

describe.concurrent('a hook that misbehaves is named, and stops nobody else', () => {
  it.for(phases)('when it hangs in %s', async (phase, { onTestFinished }) => {
    const { exit, report, stdout } = await stopService(
      { options, orders: { [phase]: 'hangs' } },
      onTestFinished,
    );
    expect(notDone(report)).toEqual([`orders ${phase} late`]);
    expect(report).toMatchObject({ outcome: 'incomplete' });
    expect(exit).toMatchObject({ code: 3, signal: null });
    expect(calledHooks(stdout)).toEqual(expect.arrayContaining([...everyHook]));
  });

  for (const behaviour of [
    'throws',
    'rejects',
    'throwsNothing',
    'leavesRejection',
    'throwsLater',
    'settlesTwice',
  ]) {
    it.for(phases)(`when it ${behaviour} in %s`, async (phase, { onTestFinished }) => {
      const { exit, report, stdout } = await stopService(
        { options, orders: { [phase]: behaviour } },
        onTestFinished,
      );
      console.log(
        behaviour,
        phase,
        exit,
        report.outcome,
        notDone(report),
        report.error,
        report.notes,
        calledHooks(stdout).length,
      );
    });
  }
});
