import type { StopContext } from '@quiesce/core';
import { createManualClock, type ManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { createGate, createTestLifecycle, never } from '../support/test-lifecycle.js';

describe('the one deadline', () => {
  it('keeps reserves for late phases: the drain ends where the reserves begin', async () => {
    const { lifecycle, clock, recorder } = createTestLifecycle({ timeoutMs: 25_000 });
    let persistAtMs: number | undefined;
    lifecycle.add(
      recorder('web', {
        drain: never,
        persist: () => {
          persistAtMs = clock.now();
        },
      }),
    );
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.advance(25_000);
    const report = await stopped;
    expect(persistAtMs).toBe(25_000 - 5_000 - 2_000 - 500);
    expect(report.mode).toMatchObject({ requested: 'graceful', reached: 'last-ditch' });
    expect(report.mode.climbs).toMatchObject([{ from: 'graceful', to: 'last-ditch', cause: 'drain-end' }]);
    expect(report).toMatchObject({ outcome: 'incomplete', exit: { code: 3 } });
  });

  it('gives the time of reserves nobody needs to the earlier phases', async () => {
    const { lifecycle, clock } = createTestLifecycle({ timeoutMs: 25_000 });
    lifecycle.add({ name: 'web', drain: never });
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.advance(25_000);
    const report = await stopped;
    expect(report.phases.find(({ name }) => name === 'drain')).toMatchObject({
      durationMs: 25_000 - 500,
      outcome: 'late',
    });
    expect(report).toMatchObject({ outcome: 'incomplete', mode: { reached: 'last-ditch' } });
  });

  it('is handed to every hook as an instant, with a signal that aborts when it has passed', async () => {
    const { lifecycle, clock } = createTestLifecycle({
      timeoutMs: 15_000,
      reserveMs: { persist: 1_000, release: 500 },
    });
    const contexts: StopContext[] = [];
    lifecycle.add({
      name: 'web',
      drain: (stop) => {
        contexts.push(stop);
        return never();
      },
      persist: () => {},
      release: () => {},
    });
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.settle();
    const [drain] = contexts;
    expect(drain?.deadline.remainingMs()).toBe(13_000);
    expect(drain?.stopDeadline.remainingMs()).toBe(15_000);
    await clock.advance(12_999);
    expect(drain?.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(drain?.signal.reason).toMatchObject({
      code: 'QUIESCE_HOOK_ABORTED',
      abortedBy: 'late',
      phase: 'drain',
    });
    await stopped;
  });

  it('forces the end when release is not over by then, and calls the abort hooks', async () => {
    const { lifecycle, clock, calls, recorder } = createTestLifecycle({ timeoutMs: 10_000 });
    lifecycle.add(recorder('lock', { release: never }));
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.advance(10_000);
    const report = await stopped;
    expect(report).toMatchObject({ outcome: 'forced', exit: { code: 2 }, durationMs: 10_000 });
    expect(calls.at(-1)).toBe('lock.abort');
  });

  it('forces that end also where timers round down, and the one of release is first', async () => {
    const manual = createManualClock();
    const clock: ManualClock = {
      ...manual,
      get timers() {
        return manual.timers;
      },
      setTimer: (callback, delayMs) => manual.setTimer(callback, Math.floor(delayMs)),
    };
    const { lifecycle, calls, recorder } = createTestLifecycle({ timeoutMs: 10_000, clock });
    const gate = createGate();
    lifecycle.add(recorder('lock', { refuse: () => gate.passed, release: never }));
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.advance(0.5);
    gate.open();
    await clock.advance(10_000);
    expect(await stopped).toMatchObject({ outcome: 'forced', exit: { code: 2 } });
    expect(calls.at(-1)).toBe('lock.abort');
  });

  it('can be brought forward by a later request, and never pushed back', async () => {
    const { lifecycle, clock } = createTestLifecycle({ timeoutMs: 25_000 });
    lifecycle.add({ name: 'web', drain: never });
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.advance(1_000);
    void lifecycle.shutdown({ timeoutMs: 60_000 });
    expect(lifecycle.status().stop?.remainingMs).toBe(24_000);
    void lifecycle.shutdown({ timeoutMs: 2_000 });
    expect(lifecycle.status().stop?.remainingMs).toBe(2_000);
    await clock.advance(2_000);
    expect(await stopped).toMatchObject({ durationMs: 2_933.333, timeoutMs: 3_000 });
  });

  it('fits announce and reserves into the short timeout of a request, and says so', async () => {
    const { lifecycle, clock, recorder } = createTestLifecycle({ announceMs: 10_000 });
    lifecycle.add(recorder('web'));
    await lifecycle.start();
    const stopped = lifecycle.shutdown({ timeoutMs: 4_000 });
    await clock.advance(4_000);
    const report = await stopped;
    expect(report.outcome).toBe('clean');
    expect(report.phases[0]?.durationMs).toBeCloseTo(1_000);
    expect(report.notes).toMatchObject([{ code: 'announce-shortened' }]);
  });

  it('leaves half of what is left to those that wait for a persist hook that hangs', async () => {
    const { lifecycle, clock, recorder } = createTestLifecycle({ timeoutMs: 20_000 });
    const persistedAtMs: number[] = [];
    const store = lifecycle.add(recorder('store', { persist: () => void persistedAtMs.push(clock.now()) }));
    lifecycle.add(recorder('index', { persist: never }), { dependsOn: [store] });
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.advance(20_000);
    const report = await stopped;
    expect(persistedAtMs).toEqual([8_750]);
    expect(report.components.find(({ name }) => name === 'index')?.phases).toContainEqual(
      expect.objectContaining({ phase: 'persist', outcome: 'late', durationMs: 8_750 }),
    );
  });

  it('limits each hook of a component to its own budget', async () => {
    const { lifecycle, clock, recorder } = createTestLifecycle();
    lifecycle.add(recorder('cache', { drain: never }), { budgetMs: 300 });
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.advance(300);
    expect(await stopped).toMatchObject({
      outcome: 'incomplete',
      durationMs: 300,
      mode: { reached: 'graceful' },
    });
  });

  it('ends a stop whose every hook hangs within the timeout', async () => {
    const { lifecycle, clock, recorder } = createTestLifecycle({ timeoutMs: 5_000, announceMs: 500 });
    const hang = {
      announce: never,
      refuse: never,
      drain: never,
      persist: never,
      release: never,
      exit: never,
    };
    const bottom = lifecycle.add(recorder('bottom', hang));
    lifecycle.add(recorder('top', hang), { dependsOn: [bottom] });
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.advance(5_250);
    const report = await stopped;
    expect(report.outcome).toBe('forced');
    expect(report.components.map(({ phases }) => phases.map(({ phase }) => phase))).toEqual([
      ['announce', 'refuse', 'drain', 'persist', 'release', 'exit'],
      ['announce', 'refuse', 'drain', 'persist', 'release', 'exit'],
    ]);
  });
});
