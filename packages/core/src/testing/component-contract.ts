import assert from 'node:assert/strict';
import type { Component } from '../contract/component.js';
import { modeRules } from '../contract/modes.js';
import { createManualStop, type HookPhase, type ManualStop } from './manual-stop.js';
import { findLeftOpen } from './open-resources.js';
import { settleWithin, turns, watch } from './settling.js';

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
  /** How long something may take that is to happen at once, in milliseconds. @default 5_000, for slow machines */
  readonly promptlyMs?: number;
}

/** A subject on trial. */
interface Trial {
  readonly subject: ContractSubject;
  readonly component: Component;
  create(): ContractSubject | Promise<ContractSubject>;
  readonly promptlyMs: number;
  /** Rejects when what is to happen at once does not. */
  promptly<Value>(what: string, promise: Promise<Value>): Promise<Value>;
}

const defaultPromptlyMs = 5_000;

const hookPhases: readonly HookPhase[] = ['announce', 'refuse', 'drain', 'persist', 'release'];

/** Defines the tests that every component must pass, whatever it stops. */
export function componentContract(options: ContractOptions): void {
  const { name, test, promptlyMs = defaultPromptlyMs } = options;
  const create = (): ContractSubject | Promise<ContractSubject> => options.create();
  const onTrial = (prove: (trial: Trial) => Promise<void>) => async (): Promise<void> => {
    const subject = await create();
    try {
      await prove({
        subject,
        component: subject.component,
        create,
        promptlyMs,
        promptly: (what, promise) => settleWithin(promptlyMs, what, promise),
      });
    } finally {
      await subject.dispose?.();
    }
  };
  test.describe(`${name}, as every component`, () => {
    for (const [title, prove] of rules) test.it(title, onTrial(prove));
  });
}

/** The rules and the tests that prove them. */
const rules: readonly (readonly [title: string, prove: (trial: Trial) => Promise<void>])[] = [
  ['has a name that does not change', provesName],
  ['stops with nothing in flight: each hook settles, nothing is cut, nothing is pending', provesIdleStop],
  ['can be stopped without having been started', provesStopWithoutStart],
  ['can be stopped in the phases of last-ditch alone', provesLastDitch],
  ['drains until the work in flight has ended, and no longer', provesDrain],
  ['ends its drain promptly when that is aborted, and says what it cut', provesAbortedDrain],
  ['says what it cut when all work is cut and no drain runs', provesCut],
  ['leaves nothing open behind', provesNothingLeftOpen],
];

async function provesName(trial: Trial): Promise<void> {
  const { component } = trial;
  const { name } = component;
  assert.ok(name.trim() !== '', 'the name is empty');
  await start(trial);
  await stopAll(trial, createManualStop());
  assert.equal(component.name, name);
}

async function provesIdleStop(trial: Trial): Promise<void> {
  const { component } = trial;
  await start(trial);
  const stop = createManualStop();
  await stopAll(trial, stop);
  assert.deepEqual(stop.cutWork, []);
  assert.equal(component.pending?.() ?? 0, 0);
}

async function provesStopWithoutStart(trial: Trial): Promise<void> {
  const stop = createManualStop();
  await stopAll(trial, stop);
  assert.deepEqual(stop.cutWork, []);
}

async function provesLastDitch(trial: Trial): Promise<void> {
  const { component, promptly } = trial;
  await start(trial);
  const stop = createManualStop({ mode: 'last-ditch' });
  for (const phase of hookPhases) {
    if (!modeRules['last-ditch'].phases.includes(phase)) continue;
    if (phase === 'persist') stop.cut();
    await promptly(`the ${phase} hook`, stop.call(component, phase));
  }
  assert.equal(component.pending?.() ?? 0, 0);
}

async function provesDrain(trial: Trial): Promise<void> {
  const { component, subject, promptly } = trial;
  if (subject.begin === undefined) return;
  await start(trial);
  const work = await subject.begin();
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

async function provesAbortedDrain(trial: Trial): Promise<void> {
  const { component, subject, promptly } = trial;
  if (subject.begin === undefined) return;
  await start(trial);
  await subject.begin();
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
  await provesCutWorkIsNamed(trial, stop);
}

async function provesCut(trial: Trial): Promise<void> {
  const { component, subject, promptly } = trial;
  if (subject.begin === undefined) return;
  await start(trial);
  await subject.begin();
  const stop = createManualStop({ mode: 'last-ditch' });
  await promptly('the refuse hook', stop.call(component, 'refuse'));
  stop.cut();
  await provesCutWorkIsNamed(trial, stop);
}

async function provesCutWorkIsNamed({ component, promptly }: Trial, stop: ManualStop): Promise<void> {
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

async function provesNothingLeftOpen(trial: Trial): Promise<void> {
  const left = await findLeftOpen(async () => {
    const subject = await trial.create();
    await workAndStop({ ...trial, subject, component: subject.component });
    await subject.dispose?.();
  }, trial.promptlyMs);
  assert.deepEqual(left, [], 'left open after release');
}

async function workAndStop(trial: Trial): Promise<void> {
  const { component, subject, promptly } = trial;
  await start(trial);
  const work = await subject.begin?.();
  const stop = createManualStop();
  await promptly('the refuse hook', stop.call(component, 'refuse'));
  const drain = stop.call(component, 'drain');
  await work?.end();
  await promptly('the drain hook', drain);
  await promptly('the persist hook', stop.call(component, 'persist'));
  await promptly('the release hook', stop.call(component, 'release'));
}

async function start({ component, promptly }: Trial): Promise<void> {
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

async function stopAll({ component, promptly }: Trial, stop: ManualStop): Promise<void> {
  for (const phase of hookPhases) await promptly(`the ${phase} hook`, stop.call(component, phase));
}
