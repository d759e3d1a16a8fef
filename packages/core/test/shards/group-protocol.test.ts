import type { Phase, ShutdownReport } from '@quiesce/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { never } from '../support/test-lifecycle.js';
import { createMemoryGroup, type MemoryShard, settleWithin } from './memory-group.js';

const phases = ['announce', 'refuse', 'drain', 'persist', 'release'] as const;
const timeoutMs = 10_000;

type Behaviour =
  | { readonly kind: 'none' | 'throws' | 'hangs' | 'crashes' | 'freezes' }
  | { readonly kind: 'takes'; readonly ms: number };

const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: 'none' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('takes' as const), ms: fc.integer({ min: 1, max: 900 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...(['throws', 'hangs', 'crashes', 'freezes'] as const).map((kind) => ({ kind })),
    ),
  },
);
const shardPlan = fc.record({
  announce: behaviour,
  refuse: behaviour,
  drain: behaviour,
  persist: behaviour,
  release: behaviour,
});

interface Call {
  readonly shard: number;
  readonly phase: Phase;
  readonly what: 'called' | 'over';
}

/** A component in each shard that does what the plan says, and records what was called when. */
function createPlanned(
  plans: readonly Record<(typeof phases)[number], Behaviour>[],
  delay: (ms: number) => Promise<void>,
) {
  const calls: Call[] = [];
  const hook = (shard: MemoryShard, phase: (typeof phases)[number]) => async (): Promise<void> => {
    const { index } = shard.identity;
    if (shard.isOver) return;
    calls.push({ shard: index, phase, what: 'called' });
    const planned = plans[index]?.[phase] ?? { kind: 'none' };
    if (planned.kind === 'takes') await delay(planned.ms);
    if (planned.kind === 'crashes') shard.crash();
    if (planned.kind === 'freezes') shard.freeze();
    if (planned.kind === 'hangs' || planned.kind === 'crashes' || planned.kind === 'freezes') await never();
    calls.push({ shard: index, phase, what: 'over' });
    if (planned.kind === 'throws') throw new TypeError('thrown on purpose');
  };
  const setUp = (shard: MemoryShard): void => {
    const hooks = Object.fromEntries(phases.map((phase) => [phase, hook(shard, phase)]));
    shard.lifecycle.add({ name: 'store', ...hooks });
  };
  return { calls, setUp };
}

/** The shards whose plan is one that a report must name. */
function misbehaving(plans: readonly Record<string, Behaviour>[]): readonly string[] {
  return plans.flatMap((plan, index) =>
    Object.values(plan).some(({ kind }) => kind !== 'none' && kind !== 'takes') ? [`shards/${index}`] : [],
  );
}

function namedIn(report: ShutdownReport): readonly string[] {
  const parts = report.components.find(({ name }) => name === 'shards')?.parts ?? [];
  return parts.filter(({ problems }) => problems.length > 0).map(({ name }) => name);
}

describe('the stop of a group', () => {
  it('ends by the deadline, keeps its barriers, and names the right shards, whatever they do', async () => {
    const property = async (plans: readonly Record<(typeof phases)[number], Behaviour>[]): Promise<void> => {
      let setUp: (shard: MemoryShard) => void = () => {};
      const { parent, clock } = createMemoryGroup(
        (shard) => setUp(shard),
        { count: plans.length },
        { timeoutMs },
      );
      const delay = (ms: number): Promise<void> =>
        new Promise((resolve) => {
          clock.setTimer(resolve, ms);
        });
      const planned = createPlanned(plans, delay);
      setUp = planned.setUp;
      await settleWithin(clock, parent.start(), 1_000);
      const report = await settleWithin(clock, parent.shutdown(), timeoutMs + 1_000);
      const wrong = misbehaving(plans);
      expect(report.durationMs).toBeLessThanOrEqual(timeoutMs);
      expect(report.outcome).toBe(wrong.length === 0 ? 'clean' : 'incomplete');
      expect(namedIn(report)).toEqual(wrong);
      // Whoever did its part of a phase without fault had done it before anybody began the next one.
      const faultless = new Set(
        plans.map((_, index) => index).filter((index) => !wrong.includes(`shards/${index}`)),
      );
      const own = planned.calls.filter(({ shard }) => faultless.has(shard));
      phases.slice(1).forEach((phase, index) => {
        const firstOfNext = own.findIndex((call) => call.phase === phase);
        const lastOfPrevious = own.findLastIndex((call) => call.phase === phases[index]);
        expect(firstOfNext < 0 || lastOfPrevious < firstOfNext).toBe(true);
      });
      for (const shard of faultless) {
        expect(
          own.filter((call) => call.shard === shard && call.what === 'over').map(({ phase }) => phase),
        ).toEqual(phases);
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(shardPlan, { minLength: 1, maxLength: 4 }), property), {
      numRuns: 60,
    });
  });

  it('drains until the group is empty, not until each shard once was', async () => {
    const { parent, clock, shards } = createMemoryGroup(() => {}, { count: 2 }, { timeoutMs });
    await settleWithin(clock, parent.start(), 1_000);
    const [first, second] = shards as [MemoryShard, MemoryShard];
    const work = first.lifecycle.enter('an append that ends on the other shard');
    const stopped = parent.shutdown();
    await clock.advance(100);
    for (let turn = 0; turn < 20; turn += 1) await clock.settle();
    expect(parent.status().stop?.phase).toBe('drain');
    // The second one has been empty all the time. Now the first one hands its work over, and is empty.
    first.member.sent(1);
    work.leave();
    for (let turn = 0; turn < 20; turn += 1) await clock.settle();
    expect(second.lifecycle.status().stop?.phase).toBe('drain');
    const taken = second.lifecycle.enter('the append, taken over');
    second.member.received(0);
    for (let turn = 0; turn < 20; turn += 1) await clock.settle();
    expect(first.lifecycle.status().stop?.phase).toBe('drain');
    taken.leave();
    const report = await settleWithin(clock, stopped, timeoutMs);
    expect(report).toMatchObject({ outcome: 'clean', work: { cut: 0 } });
  });

  it('cuts in all shards before any persists when the drain does not end, and names who was busy', async () => {
    const seen: string[] = [];
    const { parent, clock, shards } = createMemoryGroup(
      ({ identity: { index }, lifecycle }) => {
        lifecycle.add({
          name: 'store',
          refuse: ({ cut }) => cut.addEventListener('abort', () => seen.push(`cut ${index}`)),
          persist: () => void seen.push(`persist ${index}`),
        });
      },
      { count: 2 },
      { timeoutMs },
    );
    await settleWithin(clock, parent.start(), 1_000);
    shards[1]?.lifecycle.enter('never ends');
    const report = await settleWithin(clock, parent.shutdown(), timeoutMs);
    expect(seen.map((line) => line.slice(0, 3))).toEqual(['cut', 'cut', 'per', 'per']);
    expect(report).toMatchObject({ outcome: 'incomplete', work: { cut: 1 } });
    expect(namedIn(report)).toEqual(['shards/1']);
  });

  it('follows its parent up the ladder', async () => {
    const { parent, clock, shards } = createMemoryGroup(() => {}, { count: 2 }, { timeoutMs });
    await settleWithin(clock, parent.start(), 1_000);
    shards[0]?.lifecycle.enter('long');
    const stopped = parent.shutdown();
    await clock.advance(100);
    for (let turn = 0; turn < 20; turn += 1) await clock.settle();
    void parent.shutdown({ mode: 'last-ditch' });
    const report = await settleWithin(clock, stopped, timeoutMs);
    expect(report.mode.reached).toBe('last-ditch');
    expect(report.durationMs).toBeLessThan(1_000);
    const parts = report.components.find(({ name }) => name === 'shards')?.parts ?? [];
    expect(parts.map((part) => part.report?.mode.reached)).toEqual(['last-ditch', 'last-ditch']);
  });

  it('leaves nobody behind when it is forced', async () => {
    const { parent, clock, shards } = createMemoryGroup(
      ({ lifecycle }) => void lifecycle.add({ name: 'stuck', persist: never }),
      { count: 2 },
      { timeoutMs },
    );
    await settleWithin(clock, parent.start(), 1_000);
    shards[0]?.freeze();
    const report = await settleWithin(clock, parent.shutdown({ mode: 'force' }), 1_000);
    expect(report.outcome).toBe('forced');
    expect(shards.map(({ isOver }) => isOver)).toEqual([true, true]);
  });
});
