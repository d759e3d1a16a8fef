import type { ShutdownReport } from '@quiesce/core';
import { describe, expect, it } from 'vitest';
import { completeReport, type UnendedHook, type WatchdogFinding } from '../../src/process/watchdog-report.js';

const report = {
  schema: 'quiesce.report/1',
  mode: { requested: 'graceful', reached: 'last-ditch', climbs: [] },
  durationMs: 100,
  outcome: 'incomplete',
  exit: { code: 3, rule: 'incomplete' },
  phases: [{ name: 'refuse', durationMs: 1, budgetMs: 2, outcome: 'done' }],
  components: [{ name: 'web', tier: 'standard', phases: [] }],
  notes: [],
} as unknown as ShutdownReport;

const snapshot = { report, takenMs: 1_000, phase: 'persist', budgetMs: 50, components: ['web'] } as const;

function complete(hooks: readonly UnendedHook[], finding: Partial<WatchdogFinding> = {}): ShutdownReport {
  return completeReport({ snapshot, hooks, isInCall: false, nowMs: 1_400, pid: 7, ...finding }).report;
}

describe('the report of a stop that the watchdog ended', () => {
  it('counts on from the snapshot, and has the phase that was cut', () => {
    const { durationMs, phases, mode, outcome, exit } = complete([]);
    expect(durationMs).toBe(500);
    expect(phases.at(-1)).toEqual({ name: 'persist', durationMs: 400, budgetMs: 50, outcome: 'cut' });
    expect(mode).toMatchObject({
      reached: 'force',
      climbs: [{ from: 'last-ditch', to: 'force', cause: 'watchdog', atMs: 500 }],
    });
    expect({ outcome, code: exit.code }).toEqual({ outcome: 'forced', code: 137 });
  });

  it('says so when no hook ran at all', () => {
    const message = 'the event loop was blocked past the deadline during persist, outside all hooks';
    expect(complete([]).notes).toEqual([{ code: 'watchdog', message }]);
  });

  it('names a late hook of an earlier phase, which is in the report already', () => {
    const { notes, components } = complete([{ component: 'web', phase: 'refuse' }]);
    expect(notes).toMatchObject([
      { component: 'web', message: expect.stringMatching(/ran the refuse hook of "web"$/) },
    ]);
    expect(components[0]?.phases).toEqual([]);
  });

  it('names the first ten of many, and counts the others', () => {
    const many = Array.from({ length: 13 }, (_, index) => ({
      component: `shard-${index}`,
      phase: 'persist' as const,
    }));
    const [note] = complete(many).notes;
    expect(note?.message).toContain('"shard-9", 3 more');
    expect(note?.component).toBeUndefined();
  });

  it('has the exit code of the trap that ends PID 1', () => {
    expect(complete([], { pid: 1 }).exit.code).toBe(133);
  });
});
