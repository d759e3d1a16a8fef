import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startService } from '../support/stop-service.js';

const cuts = 'a further signal cuts the work in flight, saves what must be saved and ends (last-ditch)';
const ends = 'a further signal ends the process at once (force)';
const nothing = 'a further signal changes nothing any more';

/** The next press has to be waited for; the duplicates of a press come within milliseconds. */
const signalDebounceMs = 1_000;
const afterDebounce = (): Promise<void> => delay(signalDebounceMs + 20);

/** Holds the stop until everything that belongs to the press has been delivered. */
const held = { options: { signalDebounceMs: 10_000 }, orders: { drain: 'waitsToBeTold' } };

describe.concurrent('one press may arrive more than once', () => {
  it('the same signal again, as soon as the first one was seen, changes nothing', async ({
    onTestFinished,
  }) => {
    const { process, stopped } = await startService(held, onTestFinished);
    process.signal('SIGINT');
    await process.waitForLine('signal SIGINT stop');
    process.signal('SIGINT');
    await process.waitForLine('signal SIGINT same-press');
    process.stdin.write('go on');
    const { exit, report } = await stopped();
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(report).toMatchObject({ outcome: 'clean', mode: { reached: 'graceful', climbs: [] } });
  });

  it('another stop signal within the press changes nothing either', async ({ onTestFinished }) => {
    const { process, stopped } = await startService(held, onTestFinished);
    process.signal('SIGINT');
    process.signal('SIGTERM');
    await process.waitForLine(/^signal SIG.* same-press/);
    process.stdin.write('go on');
    const { exit, report, stdout } = await stopped();
    expect(stdout.match(/^signal .*$/gm)?.map((line) => line.split(' ')[2])).toEqual(['stop', 'same-press']);
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(report).toMatchObject({ outcome: 'clean', mode: { reached: 'graceful', climbs: [] } });
  });
});

describe.concurrent('every further press climbs one rung, and says what the next one does', () => {
  it('the second cuts the work and saves, the third ends the process at once', async ({ onTestFinished }) => {
    const { process, stopped } = await startService(
      { options: { signalDebounceMs }, orders: { drain: 'hangs', persist: 'hangs' } },
      onTestFinished,
    );
    process.signal('SIGTERM');
    await process.waitForLine('orders drain');
    expect(await process.waitForLine('stopping (graceful, signal:SIGTERM)', { from: 'stderr' })).toContain(
      cuts,
    );
    await afterDebounce();

    process.signal('SIGTERM');
    await process.waitForLine('orders persist');
    const second = 'from graceful to last-ditch (signal:SIGTERM)';
    expect(await process.waitForLine(second, { from: 'stderr' })).toContain(ends);
    await afterDebounce();

    process.signal('SIGTERM');
    const third = 'from last-ditch to force (signal:SIGTERM)';
    expect(await process.waitForLine(third, { from: 'stderr' })).toContain(nothing);
    const { exit, report, stdout } = await stopped();
    expect(exit).toMatchObject({ code: 2, signal: null });
    expect(report).toMatchObject({
      outcome: 'forced',
      mode: { requested: 'graceful', reached: 'force', climbs: [{ to: 'last-ditch' }, { to: 'force' }] },
    });
    expect(stdout).toContain('web abort\norders abort\ndatabase abort\n');
    expect(stdout).not.toMatch(/ release$/m);
  });

  it('a second press that arrives twice climbs one rung only', async ({ onTestFinished }) => {
    const { process, stopped } = await startService(
      { options: { signalDebounceMs }, orders: { drain: 'hangs', persist: 'waitsToBeTold' } },
      onTestFinished,
    );
    process.signal('SIGINT');
    await process.waitForLine('orders drain');
    await afterDebounce();
    process.signal('SIGINT');
    await process.waitForLine('signal SIGINT climb');
    process.signal('SIGINT');
    await process.waitForLine('signal SIGINT same-press');
    process.stdin.write('go on');
    const { exit, report } = await stopped();
    expect(exit).toMatchObject({ code: 3, signal: null });
    expect(report.mode).toMatchObject({ reached: 'last-ditch', climbs: [{ cause: 'signal:SIGINT' }] });
  });

  it('a signal that asks for more climbs at once, within a press too', async ({ onTestFinished }) => {
    const { process, stopped } = await startService(
      {
        options: { signals: { SIGTERM: 'graceful', SIGUSR2: 'last-ditch' } },
        orders: { drain: 'hangs' },
      },
      onTestFinished,
    );
    process.signal('SIGTERM');
    await process.waitForLine('orders drain');
    process.signal('SIGUSR2');
    const { exit, report } = await stopped();
    expect(exit).toMatchObject({ code: 3, signal: null });
    expect(report.mode).toMatchObject({ reached: 'last-ditch', climbs: [{ cause: 'signal:SIGUSR2' }] });
  });
});

describe.concurrent('a signal that nobody asked for', () => {
  it('has its default action', async ({ onTestFinished }) => {
    const { process } = await startService({}, onTestFinished);
    process.signal('SIGHUP');
    expect(await process.waitForExit()).toMatchObject({ code: null, signal: 'SIGHUP' });
  });
});
