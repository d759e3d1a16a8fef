import { runGroup } from '@quiesce/core';
import { describe, expect, it } from 'vitest';
import { createGate, createTestLifecycle } from './support/test-lifecycle.js';

describe('a run group', () => {
  it('ends with the first actor that ends, which is named', async () => {
    const { lifecycle, clock } = createTestLifecycle();
    const group = runGroup(lifecycle);
    const first = createGate();
    const second = createGate();
    const interrupts: unknown[] = [];
    group.add(
      () => first.passed,
      () => interrupts.push('first'),
      { name: 'first' },
    );
    group.add(
      () => second.passed,
      (error) => {
        interrupts.push(error);
        second.open();
      },
      { name: 'second' },
    );
    const result = group.run();
    await clock.settle();
    first.open();
    expect(await result).toMatchObject({
      first: { name: 'first' },
      reason: 'actor:first ended',
      report: { outcome: 'clean' },
    });
    expect(interrupts).toEqual([undefined]);
  });

  it('says why when an actor failed, and hands the error to the others', async () => {
    const { lifecycle } = createTestLifecycle();
    const group = runGroup(lifecycle);
    const failure = new Error('lost the broker');
    const interrupts: unknown[] = [];
    group.add(
      () => Promise.reject(failure),
      () => interrupts.push('own'),
    );
    group.add(
      (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
      (error) => interrupts.push(error),
    );
    const result = await group.run();
    expect(result.first).toEqual({ name: 'actor-1', error: failure });
    expect(result.report).toMatchObject({
      outcome: 'failed',
      exit: { code: 1 },
      error: { message: 'lost the broker' },
    });
    expect(
      result.report.components.every(({ phases }) => phases.every(({ outcome }) => outcome === 'done')),
    ).toBe(true);
    expect(interrupts).toEqual([failure]);
  });

  it('names no first actor when the stop came from outside', async () => {
    const { lifecycle, clock, signals } = createTestLifecycle();
    const group = runGroup(lifecycle);
    const gate = createGate();
    group.add(
      () => gate.passed,
      () => gate.open(),
    );
    const result = group.run();
    await clock.settle();
    signals.send('SIGTERM');
    const { first, reason, report } = await result;
    expect(first).toBeUndefined();
    expect(reason).toBe('signal:SIGTERM');
    expect(report.outcome).toBe('clean');
  });

  it('names an actor that does not end although it was interrupted, and one that fails while it ends', async () => {
    const { lifecycle, clock } = createTestLifecycle();
    const group = runGroup(lifecycle);
    const gate = createGate();
    group.add(
      () => new Promise(() => {}),
      () => {},
      { name: 'deaf' },
    );
    group.add(
      () => gate.passed,
      () => gate.fail(new Error('could not flush')),
      { name: 'clumsy' },
    );
    group.add(
      () => {},
      () => {},
      { name: 'short' },
    );
    const result = group.run();
    await clock.advance(25_000);
    const { report } = await result;
    const drains = report.components.map(({ name, phases }) => [
      name,
      phases.find(({ phase }) => phase === 'drain')?.outcome,
    ]);
    expect(drains).toEqual([
      ['deaf', 'late'],
      ['clumsy', 'failed'],
      ['short', 'done'],
    ]);
    expect(report.outcome).toBe('incomplete');
  });
});
