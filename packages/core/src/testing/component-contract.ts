import assert from 'node:assert/strict';
import type { Component } from '../contract/component.js';
import { modeRules } from '../contract/modes.js';
import { createManualStop, type HookPhase, type ManualStop } from './manual-stop.js';
import { countResources, findLeftOpen } from './open-resources.js';
import { promptly, promptlyMs, turns, watch } from './settling.js';

/** A piece of work in flight. */
export interface ContractWork {
  /** Ends it; resolves when whoever asked for it has what it asked for. */
  end(): void | Promise<void>;
}

/** What the contract is tested on. */
export interface ContractSubject {
  readonly component: Component;
  /** Puts one piece of work in flight; resolves when the component has it. Absent when it never has work in flight. */
  begin?(): Promise<ContractWork>;
  /** Ends what the subject holds beside the component: clients, say. May be called twice. */
  dispose?(): void | Promise<void>;
}

/** What the contract needs of a test runner; those of vitest, jest, mocha and `node:test` fit. */
export interface ContractRunner {
  describe(title: string, define: () => void): void;
  it(title: string, run: () => Promise<void>): void;
}

/** What the contract is told. */
export interface ContractOptions {
  /** What is tested, such as `httpServer`. */
  readonly name: string;
  /** Creates a new subject whose component has not been started. */
  create(): ContractSubject | Promise<ContractSubject>;
  readonly test: ContractRunner;
}

const hookPhases: readonly HookPhase[] = ['announce', 'refuse', 'drain', 'persist', 'release'];

/** Defines the tests that every component must pass, whatever it stops. */
export function componentContract({ name, create, test }: ContractOptions): void {
  const withSubject = (run: (subject: ContractSubject) => Promise<void>) => async (): Promise<void> => {
    const subject = await create();
    try {
      await run(subject);
    } finally {
      await subject.dispose?.();
    }
  };
  test.describe(`${name}, as every component`, () => {
    for (const [title, run] of rules) test.it(title, withSubject(run));
  });
}

/** The rules and the tests that prove them. */
const rules: readonly (readonly [title: string, run: (subject: ContractSubject) => Promise<void>])[] = [
  ['has a name that does not change', provesName],
  ['stops with nothing in flight: each hook settles, nothing is cut, nothing is pending', provesIdleStop],
  ['can be stopped without having been started', provesStopWithoutStart],
  ['can be stopped in the phases of last-ditch alone', provesLastDitch],
  ['drains until the work in flight has ended, and no longer', provesDrain],
  ['ends its drain promptly when that is aborted, and says what it cut', provesAbortedDrain],
  ['says what it cut when all work is cut and no drain runs', provesCut],
  ['leaves nothing open behind', provesNothingLeftOpen],
];

async function provesName({ component }: ContractSubject): Promise<void> {
  const { name } = component;
  assert.ok(name.trim() !== '', 'the name is empty');
  await start(component);
  await stopAll(component, createManualStop());
  assert.equal(component.name, name);
}

async function provesIdleStop({ component }: ContractSubject): Promise<void> {
  await start(component);
  const stop = createManualStop();
  await stopAll(component, stop);
  assert.deepEqual(stop.cutWork, []);
  assert.equal(component.pending?.() ?? 0, 0);
}

async function provesStopWithoutStart({ component }: ContractSubject): Promise<void> {
  const stop = createManualStop();
  await stopAll(component, stop);
  assert.deepEqual(stop.cutWork, []);
}

async function provesLastDitch({ component }: ContractSubject): Promise<void> {
  await start(component);
  const stop = createManualStop({ mode: 'last-ditch' });
  for (const phase of hookPhases) {
    if (!modeRules['last-ditch'].phases.includes(phase)) continue;
    if (phase === 'persist') stop.cut();
    await promptly(`the ${phase} hook`, stop.call(component, phase));
  }
  assert.equal(component.pending?.() ?? 0, 0);
}

async function provesDrain({ component, begin }: ContractSubject): Promise<void> {
  if (begin === undefined) return;
  await start(component);
  const work = await begin();
  assert.equal(component.pending?.() ?? 1, 1, 'the work in flight is not pending');
  const stop = createManualStop();
  await promptly('the announce hook', stop.call(component, 'announce'));
  await promptly('the refuse hook', stop.call(component, 'refuse'));
  const drain = watch(stop.call(component, 'drain'));
  await turns();
  assert.equal(drain.isSettled, false, 'the drain settled while work was in flight');
  await work.end();
  await promptly('the drain hook after the last work', drain.settled);
  assert.equal(component.pending?.() ?? 0, 0);
  await promptly('the release hook', stop.call(component, 'release'));
  assert.deepEqual(stop.cutWork, []);
}

async function provesAbortedDrain({ component, begin }: ContractSubject): Promise<void> {
  if (begin === undefined) return;
  await start(component);
  await begin();
  const stop = createManualStop();
  await promptly('the refuse hook', stop.call(component, 'refuse'));
  const drain = stop.call(component, 'drain');
  await turns();
  stop.abort('drain');
  await promptly(
    'the aborted drain hook',
    drain.catch(() => undefined),
  );
  stop.cut();
  await provesCutWorkIsNamed(component, stop);
}

async function provesCut({ component, begin }: ContractSubject): Promise<void> {
  if (begin === undefined) return;
  await start(component);
  await begin();
  const stop = createManualStop({ mode: 'last-ditch' });
  await promptly('the refuse hook', stop.call(component, 'refuse'));
  stop.cut();
  await provesCutWorkIsNamed(component, stop);
}

async function provesCutWorkIsNamed(component: Component, stop: ManualStop): Promise<void> {
  assert.equal(
    stop.cutWork.length,
    1,
    'the work that was cut is not accounted for, once and before any persists',
  );
  for (const { name, ageMs } of stop.cutWork) {
    assert.ok(name.trim() !== '', 'the work that was cut has no name');
    assert.ok(ageMs >= 0, 'the work that was cut has no age');
  }
  await promptly('the persist hook', stop.call(component, 'persist'));
  await promptly('the release hook', stop.call(component, 'release'));
  assert.equal(stop.cutWork.length, 1, 'the work was accounted for twice');
  assert.equal(component.pending?.() ?? 0, 0);
}

async function provesNothingLeftOpen(subject: ContractSubject): Promise<void> {
  const before = countResources();
  await start(subject.component);
  const work = await subject.begin?.();
  const stop = createManualStop();
  await stop.call(subject.component, 'refuse');
  const drain = stop.call(subject.component, 'drain');
  await work?.end();
  await promptly('the drain hook', drain);
  await promptly('the persist hook', stop.call(subject.component, 'persist'));
  await promptly('the release hook', stop.call(subject.component, 'release'));
  await subject.dispose?.();
  assert.deepEqual(await findLeftOpen(before, promptlyMs), [], 'left open after release');
}

async function start(component: Component): Promise<void> {
  await promptly(
    'the start hook',
    Promise.resolve(
      component.start?.({
        signal: new AbortController().signal,
        fail: (error) => assert.fail(`it said that it had failed: ${String(error)}`),
      }),
    ),
  );
}

async function stopAll(component: Component, stop: ManualStop): Promise<void> {
  for (const phase of hookPhases) await promptly(`the ${phase} hook`, stop.call(component, phase));
}
