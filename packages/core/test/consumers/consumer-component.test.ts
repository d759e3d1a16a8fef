import { isQuiesceError } from '@quiesce/core';
import { componentContract, createManualClock, createManualStop } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { startComponent, stopComponent } from '../support/component-run.js';
import { createGate, never } from '../support/test-lifecycle.js';
import { createMemoryConsumer } from './support/memory-source.js';

describe('a consumer', () => {
  it('acknowledges a message after its work is done, and not before', async () => {
    const gate = createGate();
    const { backlog, told } = createMemoryConsumer(() => gate.passed);
    backlog.add('a');
    await createManualClock().settle();
    expect(told).toEqual([]);
    gate.open();
    await createManualClock().settle();
    expect(told).toEqual(['done a']);
  });

  it('handles so many messages at once and no more, in the order they came', async () => {
    const gates = [createGate(), createGate(), createGate()];
    const begun: string[] = [];
    const { backlog } = createMemoryConsumer(
      (message) => {
        begun.push(message);
        return gates[begun.length - 1]?.passed;
      },
      { concurrency: 2 },
    );
    for (const message of ['a', 'b', 'c']) backlog.add(message);
    await createManualClock().settle();
    expect(begun).toEqual(['a', 'b']);
    gates[1]?.open();
    await createManualClock().settle();
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  it('asks for more when half of what it had fetched has had its turn', async () => {
    const gates: ReturnType<typeof createGate>[] = [];
    const { backlog } = createMemoryConsumer(
      () => {
        const gate = createGate();
        gates.push(gate);
        return gate.passed;
      },
      { concurrency: 1 },
    );
    for (const message of ['a', 'b', 'c', 'd', 'e']) backlog.add(message);
    let asked = false;
    void backlog.half(new AbortController().signal).then(() => {
      asked = true;
    });
    gates[0]?.open();
    await createManualClock().settle();
    expect(asked).toBe(false);
    gates[1]?.open();
    await createManualClock().settle();
    expect(asked).toBe(true);
  });

  it('gives back what its handler has failed at, and says so', async () => {
    const { backlog, told, errors } = createMemoryConsumer(() => Promise.reject(new Error('no')));
    backlog.add('a');
    await createManualClock().settle();
    expect(told).toEqual(['failed a']);
    expect(errors).toMatchObject([{ message: 'no' }]);
  });

  it('takes a failed acknowledgement for a failure', async () => {
    const { backlog, told, errors } = createMemoryConsumer(() => undefined, {
      source: { done: () => Promise.reject(new Error('not acknowledged')) },
    });
    backlog.add('a');
    await createManualClock().settle();
    expect(told).toEqual(['failed a']);
    expect(errors).toMatchObject([{ message: 'not acknowledged' }]);
  });
});

describe('a stop of a consumer', () => {
  it('closes the source, gives back what waits, waits for what is in flight, then releases', async () => {
    const gate = createGate();
    const { component, backlog, told } = createMemoryConsumer(() => gate.passed, { concurrency: 1 });
    await startComponent(component);
    for (const message of ['a', 'b', 'c']) backlog.add(message);
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    expect(told).toEqual(['open', 'close', 'not-started b', 'not-started c']);
    expect(stop.notes).toMatchObject([{ code: 'given-back', count: 2 }]);
    backlog.add('late');
    const drained = stop.call(component, 'drain');
    gate.open();
    await drained;
    await stop.call(component, 'release');
    expect(told.slice(4)).toEqual(['not-started late', 'done a', 'release']);
    expect(stop.completed).toBe(1);
  });

  it('says how many messages it did and could not acknowledge', async () => {
    const gates = [createGate(), createGate()];
    const { component, backlog } = createMemoryConsumer((message) => gates[Number(message)]?.passed, {
      concurrency: 2,
      source: { done: () => Promise.reject(new Error('the broker has gone')) },
    });
    await startComponent(component);
    // What failed before the stop is not the stop's.
    for (const message of ['0', '1']) backlog.add(message);
    gates[0]?.open();
    await createManualClock().settle();
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    const drained = stop.call(component, 'drain');
    gates[1]?.open();
    await drained;
    await stop.call(component, 'release');
    expect(stop.notes).toEqual([
      {
        code: 'not-acknowledged',
        message: '1 messages were done and could not be acknowledged: they are delivered again',
        count: 1,
      },
    ]);
  });

  it('keeps alive what is in flight until it has ended, and what waits until it is given back', async () => {
    const clock = createManualClock();
    const gate = createGate();
    const { component, backlog, told } = createMemoryConsumer(() => gate.passed, { clock, concurrency: 1 });
    await startComponent(component);
    for (const message of ['a', 'b']) backlog.add(message);
    await clock.advance(1_000);
    const stop = createManualStop({ clock });
    await stop.call(component, 'refuse');
    const drained = stop.call(component, 'drain');
    await clock.advance(2_000);
    expect(told).toEqual(['open', 'alive a', 'alive b', 'close', 'not-started b', 'alive a', 'alive a']);
    gate.open();
    await drained;
    await clock.advance(5_000);
    expect(told.slice(7)).toEqual(['done a']);
    await stop.call(component, 'release');
    expect(clock.timers).toBe(0);
  });

  it('cuts what is left: aborts it, names it, gives it back, and acknowledges none of it', async () => {
    const clock = createManualClock();
    const signals: AbortSignal[] = [];
    const gate = createGate();
    const { component, backlog, told } = createMemoryConsumer(
      (_message, { signal }) => {
        signals.push(signal);
        return gate.passed;
      },
      { clock },
    );
    await startComponent(component);
    backlog.add('a');
    await clock.advance(250);
    const stop = createManualStop({ clock });
    await stop.call(component, 'refuse');
    const drained = stop.call(component, 'drain');
    stop.abort('drain');
    await drained;
    expect(isQuiesceError(signals[0]?.reason, 'QUIESCE_WORK_CUT')).toBe(true);
    expect(stop.cutWork).toEqual([{ name: 'a', ageMs: 250 }]);
    expect(told).toEqual(['open', 'close', 'cut a']);
    gate.open();
    await clock.settle();
    expect(told).toEqual(['open', 'close', 'cut a']);
    await stop.call(component, 'release');
  });

  it('does not wait for a source that does not close longer than its hook may', async () => {
    const { component } = createMemoryConsumer(never, { source: { close: never } });
    await startComponent(component);
    const stop = createManualStop();
    const refused = stop.call(component, 'refuse');
    stop.abort('refuse');
    await refused;
    const drained = stop.call(component, 'drain');
    stop.abort('drain');
    await drained;
    await stop.call(component, 'release');
    expect(component.pending?.()).toBe(0);
  });

  it('handles what comes while the source closes, where it cannot be given back', async () => {
    const { component, backlog, told } = createMemoryConsumer(() => undefined, {
      source: { handlesRest: true, close: () => backlog.add('last') },
    });
    await startComponent(component);
    await stopComponent(component);
    expect(told).toEqual(['open', 'done last', 'release']);
  });
});

componentContract({
  name: 'a consumer',
  create() {
    const gate = createGate();
    const { component, backlog } = createMemoryConsumer(() => gate.passed);
    return {
      component,
      begin() {
        backlog.add('work');
        return Promise.resolve({ end: () => gate.open() });
      },
    };
  },
  test: { describe, it },
});
