import { describe, expect, it } from 'vitest';
import { createTestLifecycle, never } from '../support/test-lifecycle.js';

describe('the ladder', () => {
  it('climbs to last-ditch when it is asked for: the drain is cut, the rest goes on', async () => {
    const { lifecycle, clock, calls, recorder } = createTestLifecycle();
    lifecycle.add(recorder('web', { drain: never }));
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.advance(1_000);
    void lifecycle.shutdown({ mode: 'last-ditch', reason: 'node is dying' });
    const report = await stopped;
    expect(report.durationMs).toBe(1_000);
    expect(report.mode.climbs).toEqual([
      { from: 'graceful', to: 'last-ditch', cause: 'node is dying', atMs: 1_000 },
    ]);
    expect(report.components[0]?.phases).toContainEqual(
      expect.objectContaining({ phase: 'drain', outcome: 'aborted' }),
    );
    expect(calls.slice(-2)).toEqual(['web.persist', 'web.release']);
    expect(report.outcome).toBe('incomplete');
  });

  it('runs refuse before it cuts when it climbs in announce', async () => {
    const { lifecycle, clock, calls, recorder } = createTestLifecycle({ announceMs: 5_000 });
    const order: string[] = [];
    lifecycle.add(
      recorder('web', {
        refuse: (stop) => {
          order.push(`refuse in ${stop.mode}`);
          stop.cut.addEventListener('abort', () => order.push('cut'));
        },
        persist: () => void order.push('persist'),
      }),
    );
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.advance(100);
    void lifecycle.shutdown({ mode: 'last-ditch' });
    const report = await stopped;
    expect(order).toEqual(['refuse in last-ditch', 'cut', 'persist']);
    expect(calls).not.toContain('web.drain');
    expect(report.outcome).toBe('clean');
  });

  it('goes to force from anywhere: nothing is waited for, abort hooks run, dependents first', async () => {
    const { lifecycle, clock, calls, recorder } = createTestLifecycle();
    const database = lifecycle.add(recorder('database'));
    lifecycle.add(recorder('web', { drain: never }), { dependsOn: [database] });
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.advance(10);
    void lifecycle.shutdown({ mode: 'force' });
    const report = await stopped;
    expect(report).toMatchObject({ outcome: 'forced', exit: { code: 2 }, durationMs: 10 });
    expect(calls.slice(-2)).toEqual(['web.abort', 'database.abort']);
    expect(calls).not.toContain('web.persist');
    expect(report.phases.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'announce done',
      'refuse done',
      'drain cut',
      'persist skipped',
      'release skipped',
      'exit done',
    ]);
  });

  it('never climbs down', async () => {
    const { lifecycle, clock } = createTestLifecycle();
    lifecycle.add({ name: 'store', persist: never });
    await lifecycle.start();
    const stopped = lifecycle.shutdown({ mode: 'last-ditch' });
    await clock.settle();
    void lifecycle.shutdown({ mode: 'graceful' });
    void lifecycle.shutdown({ mode: 'lame-duck' });
    expect(lifecycle.status().stop?.mode).toBe('last-ditch');
    await clock.advance(25_000);
    expect((await stopped).mode.climbs.map(({ to }) => to)).not.toContain('graceful');
  });

  it('keeps an abort hook that throws from stopping the others', async () => {
    const { lifecycle, calls, recorder } = createTestLifecycle();
    lifecycle.add(recorder('first'));
    lifecycle.add(
      recorder('second', {
        abort: () => {
          throw new Error('lost the lock');
        },
      }),
    );
    await lifecycle.start();
    const report = await lifecycle.shutdown({ mode: 'force' });
    expect(calls.slice(-2)).toEqual(['second.abort', 'first.abort']);
    expect(report.notes).toMatchObject([{ component: 'second', code: 'abort-failed' }]);
  });

  it('tells a lame duck its pace, and ends the pacing when graceful is asked for', async () => {
    const { lifecycle, clock } = createTestLifecycle({ lameDuckMs: 8_000, lameDuckGraceMs: 500 });
    let paceSignal: AbortSignal | undefined;
    lifecycle.add({
      name: 'web',
      drain: (stop) => {
        expect(stop.lameDuck).toMatchObject({ durationMs: 8_000, graceMs: 500 });
        paceSignal = stop.lameDuck?.signal;
        return new Promise((resolve) => {
          paceSignal?.addEventListener('abort', () => resolve());
        });
      },
    });
    await lifecycle.start();
    const stopped = lifecycle.shutdown({ mode: 'lame-duck' });
    await clock.advance(3_000);
    expect(paceSignal?.aborted).toBe(false);
    void lifecycle.shutdown({ mode: 'graceful' });
    expect(await stopped).toMatchObject({ durationMs: 3_000, outcome: 'clean' });
  });
});
