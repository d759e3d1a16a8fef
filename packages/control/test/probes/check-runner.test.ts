import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { createCheckRunner } from '../../src/probes/check-runner.js';
import { type HealthCheck, resolveHealthChecks } from '../../src/probes/health-check.js';
import { createGate } from '../support/test-service.js';

function prepare(check: HealthCheck['check'], options: Partial<HealthCheck> = {}) {
  const clock = createManualClock();
  const [resolved] = resolveHealthChecks([{ name: 'database', check, ...options }]);
  if (resolved === undefined) throw new Error('no check');
  return { clock, runner: createCheckRunner(resolved, clock) };
}

describe('a health check', () => {
  it('is well when it resolves, and not when it throws or rejects, in its own words', async () => {
    expect(await prepare(() => {}).runner.run()).toEqual({ name: 'database', ok: true, durationMs: 0 });
    const rejects = prepare(() => Promise.reject(new Error('no connection'))).runner;
    expect(await rejects.run()).toMatchObject({ ok: false, message: 'no connection' });
    const throws = prepare(() => {
      throw new Error('broken');
    }).runner;
    expect(await throws.run()).toMatchObject({ ok: false, message: 'broken' });
  });

  it('runs once for all who ask at the same time', async () => {
    const gate = createGate();
    let runs = 0;
    const { runner } = prepare(async () => {
      runs += 1;
      await gate.passed;
    });
    const asked = Array.from({ length: 100 }, () => runner.run());
    gate.open();
    const results = await Promise.all(asked);
    expect(runs).toBe(1);
    expect(results.every(({ ok }) => ok)).toBe(true);
  });

  it('is not asked again while its answer is fresh', async () => {
    let runs = 0;
    const { clock, runner } = prepare(() => (runs += 1), { maxAgeMs: 500 });
    await runner.run();
    await clock.advance(499);
    await runner.run();
    expect(runs).toBe(1);
    await clock.advance(1);
    await runner.run();
    expect(runs).toBe(2);
  });

  it('has failed when its time is over, and is told so', async () => {
    let signal: AbortSignal | undefined;
    const { clock, runner } = prepare(
      (context) => {
        signal = context.signal;
        return new Promise(() => {});
      },
      { timeoutMs: 300 },
    );
    const asked = runner.run();
    await clock.advance(300);
    expect(await asked).toMatchObject({ ok: false, message: 'no answer within 300 ms', durationMs: 300 });
    expect(signal?.aborted).toBe(true);
    expect(clock.timers).toBe(0);
  });

  it('never runs twice at once: while it hangs everybody is told at once that it does', async () => {
    const gate = createGate();
    let runs = 0;
    const { clock, runner } = prepare(
      () => {
        runs += 1;
        return gate.passed;
      },
      { timeoutMs: 300, maxAgeMs: 0 },
    );
    const asked = runner.run();
    await clock.advance(300);
    await asked;
    await clock.advance(60_000);
    expect(await runner.run()).toMatchObject({ ok: false });
    expect(runs).toBe(1);
    gate.open();
    await clock.settle();
    expect(await runner.run()).toMatchObject({ ok: true });
    expect(runs).toBe(2);
  });

  it.each([
    [{ name: '' }, /checks\[0\]\.name/],
    [{ name: 'a', timeoutMs: 0 }, /timeoutMs must be a number, 1 or more/],
    [{ name: 'a', probes: ['startup'] }, /live, ready, health/],
    [{ name: 'a', check: 'no' }, /check must be a function/],
    [{ name: 'a', timeout: 7 }, /timeout is not an option/],
  ])('is refused as %j', (check, rule) => {
    expect(() => resolveHealthChecks([{ check: () => {}, ...check } as HealthCheck])).toThrow(rule);
  });

  it('has a name of its own', () => {
    const check = { name: 'database', check: () => {} };
    expect(() => resolveHealthChecks([check, check])).toThrow(/must be unique/);
  });
});
