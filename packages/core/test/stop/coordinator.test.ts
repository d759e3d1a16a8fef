import type { StepPermit, StopCoordinator, StopStep, WorkMeter } from '@quiesce/core';
import { createLifecycle, silentLogger } from '@quiesce/core';
import { describe, expect, it } from 'vitest';
import { createGate, createTestLifecycle, type Gate, never } from '../support/test-lifecycle.js';

/** A coordinator whose permits a test gives out by hand. */
function createTestCoordinator(): StopCoordinator & {
  readonly told: string[];
  readonly drainEnd: Gate;
  readonly meters: WorkMeter[];
  permit(step: StopStep, permit?: StepPermit): void;
} {
  const waiting = new Map<StopStep, (permit: StepPermit | undefined) => void>();
  const told: string[] = [];
  const meters: WorkMeter[] = [];
  const drainEnd = createGate();
  return {
    told,
    meters,
    drainEnd,
    permit: (step, permit) => waiting.get(step)?.(permit),
    mayBegin: (step) => {
      told.push(`may ${step}?`);
      return new Promise((resolve) => {
        waiting.set(step, resolve);
      });
    },
    ended: (step, outcome) => told.push(`${step} ${outcome}`),
    mayEndDrain(work) {
      meters.push(work);
      return drainEnd.passed;
    },
  };
}

function createCoordinated() {
  const test = createTestLifecycle({ signals: false });
  const coordinator = createTestCoordinator();
  test.lifecycle.coordinate(coordinator);
  return { ...test, coordinator };
}

describe('a coordinated stop', () => {
  it('begins each phase with its permit, and says when it is over', async () => {
    const { lifecycle, coordinator, clock, calls, recorder } = createCoordinated();
    lifecycle.add(recorder('store'));
    await lifecycle.start();
    calls.length = 0;
    const stopped = lifecycle.shutdown();
    for (const step of ['announce', 'refuse', 'drain', 'persist', 'release'] as const) {
      await clock.settle();
      expect(calls).not.toContain(`store.${step}`);
      coordinator.permit(step);
      await clock.settle();
      expect(calls).toContain(`store.${step}`);
      if (step === 'drain') coordinator.drainEnd.open();
    }
    expect((await stopped).outcome).toBe('clean');
    expect(coordinator.told.filter((line) => line.endsWith('done'))).toEqual([
      'announce done',
      'refuse done',
      'drain done',
      'persist done',
      'release done',
    ]);
    expect(clock.timers).toBe(0);
  });

  it('keeps the end that a permit sets, also against a hook that hangs', async () => {
    const { lifecycle, coordinator, clock, recorder } = createCoordinated();
    lifecycle.add(recorder('store', { refuse: never }));
    await lifecycle.start();
    void lifecycle.shutdown();
    await clock.settle();
    coordinator.permit('announce');
    await clock.settle();
    coordinator.permit('refuse', { endMs: 300 });
    await clock.advance(299);
    expect(coordinator.told).not.toContain('refuse late');
    await clock.advance(1);
    expect(coordinator.told).toContain('refuse late');
  });

  it('asks before it cuts work when there is no drain', async () => {
    const { lifecycle, coordinator, clock } = createCoordinated();
    await lifecycle.start();
    const work = lifecycle.enter('job');
    void lifecycle.shutdown({ mode: 'last-ditch' });
    await clock.settle();
    coordinator.permit('refuse');
    await clock.settle();
    expect(coordinator.told).toEqual(['may refuse?', 'refuse done', 'may cut?']);
    expect(work.signal.aborted).toBe(false);
    coordinator.permit('cut');
    await clock.settle();
    expect(work.signal.aborted).toBe(true);
    expect(coordinator.told.slice(3)).toEqual(['cut done', 'may persist?']);
  });

  it('asks for what the stronger mode needs when it climbs while it waits', async () => {
    const { lifecycle, coordinator, clock } = createCoordinated();
    await lifecycle.start();
    void lifecycle.shutdown();
    await clock.settle();
    coordinator.permit('announce');
    await clock.settle();
    coordinator.permit('refuse');
    await clock.settle();
    expect(coordinator.told.at(-1)).toBe('may drain?');
    void lifecycle.shutdown({ mode: 'last-ditch' });
    await clock.settle();
    expect(coordinator.told.at(-1)).toBe('may cut?');
  });

  it('waits for no permit when its deadline is reached', async () => {
    const { lifecycle, coordinator, clock } = createCoordinated();
    await lifecycle.start();
    const stopped = lifecycle.shutdown({ timeoutMs: 1_000 });
    await clock.advance(1_000);
    expect((await stopped).outcome).toBe('forced');
    expect(coordinator.told).toEqual(['may announce?']);
  });

  it('goes on when its coordinator fails, and notes it', async () => {
    const { lifecycle, clock } = createTestLifecycle({ signals: false });
    lifecycle.coordinate({
      mayBegin: () => Promise.reject(new Error('no line')),
      ended: () => {},
      mayEndDrain: () => Promise.reject(new Error('no line')),
    });
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.settle();
    const report = await stopped;
    expect(report.notes).toContainEqual(expect.objectContaining({ code: 'coordinator-failed' }));
    expect(report.outcome).toBe('clean');
  });

  it('ends the drain when it may and nothing is in flight, and counts work meanwhile', async () => {
    const { lifecycle, coordinator, clock } = createCoordinated();
    await lifecycle.start();
    void lifecycle.shutdown();
    for (const step of ['announce', 'refuse', 'drain'] as const) {
      await clock.settle();
      coordinator.permit(step);
    }
    await clock.settle();
    const [meter] = coordinator.meters;
    const empty: number[] = [];
    meter?.onEmpty(() => empty.push(meter.entered));
    const work = lifecycle.enter('handed over by another one');
    expect(meter).toMatchObject({ open: 1, entered: 1 });
    coordinator.drainEnd.open();
    await clock.settle();
    expect(coordinator.told).not.toContain('drain done');
    work.leave();
    await clock.settle();
    expect(empty).toEqual([1]);
    expect(coordinator.told).toContain('drain done');
  });
});

describe('coordinate', () => {
  it('refuses a lifecycle with signals of its own, a second coordinator, and one that comes too late', () => {
    const { lifecycle } = createTestLifecycle();
    expect(() => lifecycle.coordinate(createTestCoordinator())).toThrow('signals must be false');
    const coordinated = createCoordinated().lifecycle;
    expect(() => coordinated.coordinate(createTestCoordinator())).toThrow('must be the only one');
    const stopping = createLifecycle({ name: 'x', signals: false, logger: silentLogger });
    void stopping.shutdown();
    expect(() => stopping.coordinate(createTestCoordinator())).toThrow('be there before the stop');
    expect(() => coordinated.coordinate({} as never)).toThrow('must have the methods');
  });
});

describe('a component that fails for good', () => {
  it('starts a graceful stop whose outcome is failed', async () => {
    const { lifecycle } = createTestLifecycle();
    let fail!: (error: unknown) => void;
    lifecycle.add({
      name: 'engine',
      start: (context) => {
        fail = context.fail;
      },
    });
    await lifecycle.start();
    fail(new RangeError('out of fuel'));
    expect(await lifecycle.stopped).toMatchObject({
      reason: 'component-failed:engine',
      outcome: 'failed',
      mode: { reached: 'graceful' },
      error: { name: 'RangeError' },
    });
  });
});
