import { describe, expect, it } from 'vitest';
import { createGate, createTestLifecycle } from '../support/test-lifecycle.js';

describe('work tokens', () => {
  it('hold the drain until the last one is back, however often one is given back', async () => {
    const { lifecycle, clock } = createTestLifecycle();
    await lifecycle.start();
    const job = lifecycle.enter('job');
    const other = lifecycle.enter('other');
    expect(lifecycle.status().inFlight).toBe(2);
    const stopped = lifecycle.shutdown();
    job.leave();
    job.leave();
    await clock.advance(5_000);
    expect(lifecycle.status().stop?.phase).toBe('drain');
    other[Symbol.dispose]();
    expect(await stopped).toMatchObject({
      outcome: 'clean',
      durationMs: 5_000,
      work: { inFlightAtStart: 2, completed: 2, cut: 0 },
    });
  });

  it('can be taken while work drains that may still need them: closed *and* empty ends the drain', async () => {
    const { lifecycle, clock } = createTestLifecycle();
    const gate = createGate();
    lifecycle.add({ name: 'web', drain: () => gate.passed });
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.settle();
    const late = lifecycle.enter('the last request wrote something');
    gate.open();
    await clock.advance(1_000);
    expect(lifecycle.status().stop?.phase).toBe('drain');
    late.leave();
    expect((await stopped).work).toMatchObject({ completed: 1, cut: 0 });
    expect(() => lifecycle.enter('too late')).toThrow('"too late" cannot be entered: the drain is over');
  });

  it('that are still out at the end of the drain are cut, named and aborted', async () => {
    const { lifecycle, clock } = createTestLifecycle();
    await lifecycle.start();
    const token = lifecycle.enter('export 17');
    await clock.advance(1_000);
    const stopped = lifecycle.shutdown();
    await clock.advance(25_000);
    const report = await stopped;
    expect(report).toMatchObject({ outcome: 'incomplete', exit: { code: 3 } });
    expect(report.work).toMatchObject({ inFlightAtStart: 1, completed: 0, cut: 1 });
    expect(report.work.cutWork).toEqual([{ component: 'work', name: 'export 17', ageMs: 25_500 }]);
    expect(token.signal.reason).toMatchObject({ code: 'QUIESCE_WORK_CUT' });
  });

  it('are cut before anything is persisted in a last-ditch stop', async () => {
    const { lifecycle } = createTestLifecycle();
    await lifecycle.start();
    const token = lifecycle.enter('write');
    const { signal } = token;
    let wasCut: boolean | undefined;
    lifecycle.add({ name: 'store', persist: () => void (wasCut = signal.aborted) });
    await lifecycle.shutdown({ mode: 'last-ditch' });
    expect(wasCut).toBe(true);
  });
});

describe('the account of work', () => {
  it('adds up what components say, and what is left of those that say nothing', async () => {
    const { lifecycle, clock } = createTestLifecycle();
    let queued = 5;
    lifecycle.add({
      name: 'web',
      pending: () => 0,
      drain: (stop) => stop.account({ completed: 3, cut: [{ name: 'GET /slow', ageMs: 10 }] }),
    });
    lifecycle.add({
      name: 'queue',
      pending: () => queued,
      drain: () => {
        queued = 2;
      },
    });
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.settle();
    const report = await stopped;
    expect(report.work).toMatchObject({ inFlightAtStart: 5, completed: 6, cut: 3 });
    expect(report.work.cutWork).toEqual([{ component: 'web', name: 'GET /slow', ageMs: 10 }]);
    expect(report.outcome).toBe('incomplete');
  });

  it('survives a pending() that throws', async () => {
    const { lifecycle } = createTestLifecycle();
    lifecycle.add({
      name: 'odd',
      pending: () => {
        throw new Error('no idea');
      },
    });
    await lifecycle.start();
    expect(lifecycle.status().inFlight).toBe(0);
    expect((await lifecycle.shutdown()).outcome).toBe('clean');
  });
});
