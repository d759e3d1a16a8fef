import type { Component, Phase, ShutdownReport, StopMode } from '@quiesce/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTestLifecycle, type TestLifecycle } from './support/test-lifecycle.js';

const timeoutMs = 10_000;
/** What the exit hooks of a forced stop may take beyond the deadline, in milliseconds. */
const forcedExitMs = 250;
const hookNames = ['announce', 'refuse', 'drain', 'persist', 'release', 'exit'] as const;
const phaseOrder: readonly Phase[] = hookNames;

type HookBehaviour =
  | { readonly kind: 'none' | 'sync' | 'throws' | 'rejects' | 'hangs' }
  | { readonly kind: 'takes'; readonly ms: number };

interface ComponentPlan {
  readonly hooks: Readonly<Record<(typeof hookNames)[number], HookBehaviour>>;
  readonly start: HookBehaviour;
  /** Indices (modulo what is there) of the components it depends on. */
  readonly dependsOn: readonly number[];
  readonly tier: 'critical' | 'standard' | 'expendable';
}

type Action =
  | { readonly kind: 'shutdown'; readonly mode: StopMode; readonly timeoutMs: number | undefined }
  | { readonly kind: 'signal'; readonly signal: 'SIGTERM' | 'SIGINT' }
  | { readonly kind: 'add'; readonly plan: ComponentPlan }
  | { readonly kind: 'work'; readonly ms: number };

interface TimedAction {
  readonly afterMs: number;
  readonly action: Action;
}

const behaviour: fc.Arbitrary<HookBehaviour> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: 'none' as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'sync' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('takes' as const), ms: fc.integer({ min: 0, max: 4_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { kind: 'throws' as const },
      { kind: 'rejects' as const },
      { kind: 'hangs' as const },
    ),
  },
);
const componentPlan: fc.Arbitrary<ComponentPlan> = fc.record({
  hooks: fc.record({
    announce: behaviour,
    refuse: behaviour,
    drain: behaviour,
    persist: behaviour,
    release: behaviour,
    exit: behaviour,
  }),
  start: fc.oneof(
    { weight: 8, arbitrary: behaviour },
    { weight: 8, arbitrary: fc.constant({ kind: 'sync' as const }) },
  ),
  dependsOn: fc.array(fc.nat(9), { maxLength: 3 }),
  tier: fc.constantFrom('critical', 'standard', 'expendable'),
});
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constant('shutdown' as const),
    mode: fc.constantFrom('graceful', 'lame-duck', 'last-ditch', 'force'),
    timeoutMs: fc.option(fc.integer({ min: 1, max: 2 * timeoutMs }), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('signal' as const), signal: fc.constantFrom('SIGTERM', 'SIGINT') }),
  fc.record({ kind: fc.constant('add' as const), plan: componentPlan }),
  fc.record({ kind: fc.constant('work' as const), ms: fc.integer({ min: 0, max: 20_000 }) }),
);
const timedAction: fc.Arbitrary<TimedAction> = fc.record({
  afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000 })),
  action,
});

/** One call of a hook, with when it was called and when it settled. */
interface Call {
  readonly component: string;
  readonly phase: Phase;
  readonly order: number;
  endOrder: number | undefined;
}

/** Plays a plan against a real lifecycle, and keeps what is needed to judge it. */
class Play {
  readonly test: TestLifecycle = createTestLifecycle({ timeoutMs, announceMs: 200 });
  readonly calls: Call[] = [];
  readonly dependencies = new Map<string, readonly string[]>();
  readonly started = new Set<string>();
  readonly reports: ShutdownReport[] = [];
  readonly #handles: ReturnType<TestLifecycle['lifecycle']['add']>[] = [];
  #order = 0;

  constructor() {
    this.test.lifecycle.on('report', ({ report }) => this.reports.push(report));
  }

  add(plan: ComponentPlan): void {
    const name = `component-${this.#handles.length}`;
    const dependsOn = plan.dependsOn.flatMap(
      (index) => this.#handles[index % Math.max(1, this.#handles.length)] ?? [],
    );
    this.dependencies.set(
      name,
      dependsOn.map((handle) => handle.name),
    );
    if (plan.start.kind === 'none') this.started.add(name);
    this.#handles.push(this.test.lifecycle.add(this.#component(name, plan), { dependsOn, tier: plan.tier }));
  }

  perform(step: Action): void {
    const { lifecycle, clock, signals } = this.test;
    switch (step.kind) {
      case 'shutdown': {
        const { mode } = step;
        void lifecycle.shutdown(
          step.timeoutMs === undefined ? { mode } : { mode, timeoutMs: step.timeoutMs },
        );
        break;
      }
      case 'signal':
        signals.send(step.signal);
        break;
      case 'add':
        this.add(step.plan);
        break;
      case 'work': {
        if (lifecycle.status().state !== 'running') break;
        const token = lifecycle.enter('work');
        clock.setTimer(() => token.leave(), step.ms);
      }
    }
  }

  #component(name: string, plan: ComponentPlan): Component {
    const hooks: Partial<Record<Phase, (...context: unknown[]) => void | Promise<void>>> = {};
    for (const phase of hookNames) {
      const planned = plan.hooks[phase];
      if (planned.kind !== 'none') hooks[phase] = () => this.#behave(planned, this.#record(name, phase));
    }
    if (plan.start.kind === 'none') return { name, ...hooks };
    const start = async (): Promise<void> => {
      await this.#behave(plan.start, undefined);
      this.started.add(name);
    };
    return { name, start, ...hooks };
  }

  #record(component: string, phase: Phase): Call {
    this.#order += 1;
    const call: Call = { component, phase, order: this.#order, endOrder: undefined };
    this.calls.push(call);
    return call;
  }

  #behave(planned: HookBehaviour, call: Call | undefined): void | Promise<void> {
    const end = (): void => {
      this.#order += 1;
      if (call !== undefined) call.endOrder = this.#order;
    };
    switch (planned.kind) {
      case 'throws':
        end();
        throw new Error('thrown');
      case 'rejects':
        end();
        return Promise.reject(new Error('rejected'));
      case 'hangs':
        return new Promise(() => {});
      case 'takes':
        return new Promise((resolve) => {
          this.test.clock.setTimer(() => {
            end();
            resolve();
          }, planned.ms);
        });
      case 'none':
      case 'sync':
        end();
        return undefined;
    }
  }
}

async function play(plans: readonly ComponentPlan[], actions: readonly TimedAction[]): Promise<Play> {
  const played = new Play();
  const { lifecycle, clock } = played.test;
  for (const plan of plans) played.add(plan);
  lifecycle.start().catch(() => {});
  for (const { afterMs, action: step } of actions) {
    await clock.advance(afterMs);
    played.perform(step);
  }
  void lifecycle.shutdown();
  await clock.advance(3 * timeoutMs);
  return played;
}

describe('whatever is asked for, signalled, added, thrown or hung', () => {
  it('there is one report, in time, and every started component is visited once a phase, dependents first', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(componentPlan, { maxLength: 6 }),
        fc.array(timedAction, { maxLength: 8 }),
        async (plans, actions) => {
          const played = await play(plans, actions);
          expect(played.reports).toHaveLength(1);
          const [report] = played.reports;
          if (report === undefined) return;
          expect(await played.test.lifecycle.stopped).toBe(report);
          expect(report.durationMs).toBeLessThanOrEqual(report.timeoutMs + forcedExitMs);
          expectVisitedOnce(played);
          expectOnlyStarted(played);
          expectDependentsFirst(played, report);
          expectOutcome(report);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

function expectVisitedOnce({ calls }: Play): void {
  const visits = calls.map(({ component, phase }) => `${component} ${phase}`);
  expect(visits).toEqual([...new Set(visits)]);
  for (const component of new Set(calls.map((call) => call.component))) {
    const phases = calls
      .filter((call) => call.component === component)
      .map(({ phase }) => phaseOrder.indexOf(phase));
    expect(phases).toEqual(phases.toSorted((a, b) => a - b));
  }
}

function expectOnlyStarted({ calls, started }: Play): void {
  for (const { component } of calls) expect(started).toContain(component);
}

/** A dependency's hook begins after its dependents' hooks of that phase have ended, or were given up. */
function expectDependentsFirst({ calls, dependencies }: Play, report: ShutdownReport): void {
  const ordered = new Set<Phase>(['drain', 'persist', 'release']);
  for (const call of calls.filter(({ phase }) => ordered.has(phase))) {
    for (const dependency of dependencies.get(call.component) ?? []) {
      const theirs = calls.find((other) => other.component === dependency && other.phase === call.phase);
      const own = report.components.find(({ name }) => name === call.component);
      const wasGivenUp = own?.phases.find(({ phase }) => phase === call.phase)?.outcome !== 'done';
      const isLate = [call.component, dependency].some((name) => isLateAddition(name, report));
      if (theirs === undefined || wasGivenUp || isLate) continue;
      expect(call.endOrder).toBeLessThan(theirs.order);
    }
  }
}

/**
 * Components that came up while the stop ran, or were added then, catch up on their own and are not bound to the
 * order they missed.
 */
function isLateAddition(component: string, report: ShutdownReport): boolean {
  return report.notes.some((note) => note.component === component && note.code === 'late-component');
}

function expectOutcome(report: ShutdownReport): void {
  const hooks = report.components.flatMap(({ phases }) => phases);
  const startsEnded = report.notes.every(({ code }) => code !== 'start-unfinished');
  const isClean = hooks.every(({ outcome }) => outcome === 'done') && report.work.cut === 0 && startsEnded;
  const unlessFailed = report.mode.reached === 'force' ? 'forced' : isClean ? 'clean' : 'incomplete';
  expect(report.outcome).toBe(report.error === undefined ? unlessFailed : 'failed');
}
