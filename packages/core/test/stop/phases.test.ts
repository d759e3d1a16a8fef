import { describe, expect, it } from 'vitest';
import { createGate, createTestLifecycle, never } from '../support/test-lifecycle.js';

describe('the phases of a graceful stop', () => {
  it('run over all components before the next one begins', async () => {
    const { lifecycle, clock, calls, recorder } = createTestLifecycle();
    const gate = createGate();
    lifecycle.add(recorder('slow', { refuse: () => gate.passed }));
    lifecycle.add(recorder('quick'));
    await lifecycle.start();
    calls.length = 0;

    const stopped = lifecycle.shutdown();
    await clock.settle();
    expect(calls.toSorted()).toEqual(['quick.announce', 'quick.refuse', 'slow.announce', 'slow.refuse']);
    gate.open();
    const report = await stopped;

    expect(report.phases.map(({ name }) => name)).toEqual([
      'announce',
      'refuse',
      'drain',
      'persist',
      'release',
      'exit',
    ]);
    expect(report.outcome).toBe('clean');
    expect(calls).not.toContain('slow.abort');
  });

  it('call dependents before dependencies, and independent branches side by side', async () => {
    const { lifecycle, clock, calls, recorder } = createTestLifecycle();
    const database = lifecycle.add(recorder('database'));
    const gate = createGate();
    const web = lifecycle.add(recorder('web', { drain: () => gate.passed }), { dependsOn: [database] });
    lifecycle.add(recorder('proxy'), { dependsOn: [web] });
    lifecycle.add(recorder('jobs'), { dependsOn: [database] });
    await lifecycle.start();
    calls.length = 0;

    const stopped = lifecycle.shutdown();
    await clock.settle();
    const drains = (): string[] => calls.filter((call) => call.endsWith('.drain'));
    expect(drains().toSorted()).toEqual(['jobs.drain', 'proxy.drain', 'web.drain']);
    expect(drains().indexOf('proxy.drain')).toBeLessThan(drains().indexOf('web.drain'));
    gate.open();
    await stopped;
    expect(drains().at(-1)).toBe('database.drain');
  });

  it('keep dependencies waiting through a component that has no hook of its own', async () => {
    const { lifecycle, clock, calls, recorder } = createTestLifecycle();
    const gate = createGate();
    const database = lifecycle.add(recorder('database'));
    const cache = lifecycle.add({ name: 'cache' }, { dependsOn: [database] });
    lifecycle.add(recorder('web', { drain: () => gate.passed }), { dependsOn: [cache] });
    await lifecycle.start();

    void lifecycle.shutdown();
    await clock.settle();
    expect(calls).toContain('web.drain');
    expect(calls).not.toContain('database.drain');
    gate.open();
    await lifecycle.stopped;
    expect(calls).toContain('database.drain');
  });

  it('wait in announce until announceMs is over, and go on at once when it is 0', async () => {
    const { lifecycle, clock, calls, recorder } = createTestLifecycle({ announceMs: 5_000 });
    lifecycle.add(recorder('web'));
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.advance(4_999);
    expect(calls).not.toContain('web.refuse');
    expect(lifecycle.status()).toMatchObject({
      state: 'stopping',
      ready: false,
      stop: { phase: 'announce' },
    });
    await clock.advance(1);
    const report = await stopped;
    expect(report).toMatchObject({ outcome: 'clean', durationMs: 5_000 });
  });

  it('announce nothing to nobody when the service was never ready', async () => {
    const { lifecycle } = createTestLifecycle({ announceMs: 5_000 });
    expect(await lifecycle.shutdown()).toMatchObject({ outcome: 'clean', durationMs: 0 });
  });

  it('name every hook that throws, rejects or never settles, and none of them stops another', async () => {
    for (const phase of ['announce', 'refuse', 'drain', 'persist', 'release'] as const) {
      const { lifecycle, clock, calls, recorder } = createTestLifecycle();
      const bad = {
        throws: () => {
          throw new Error('thrown');
        },
        rejects: () => Promise.reject(new Error('rejected')),
        hangs: never,
      };
      for (const [name, hook] of Object.entries(bad)) lifecycle.add(recorder(name, { [phase]: hook }));
      lifecycle.add(recorder('good'));
      await lifecycle.start();

      const stopped = lifecycle.shutdown();
      await clock.advance(25_000);
      const report = await stopped;
      const outcomes = Object.fromEntries(
        report.components.map(({ name, phases }) => [
          name,
          phases.find((hook) => hook.phase === phase)?.outcome,
        ]),
      );
      expect(outcomes, phase).toEqual({
        throws: 'failed',
        rejects: 'failed',
        hangs: phase === 'release' ? 'aborted' : 'late',
        good: 'done',
      });
      expect(calls, phase).toContain('good.release');
      expect(report.outcome, phase).toBe(phase === 'release' ? 'forced' : 'incomplete');
      expect(report.durationMs, phase).toBeLessThanOrEqual(25_000 + 250);
    }
  });

  it('hand the finished report to the exit hooks, and bound them', async () => {
    const { lifecycle, clock } = createTestLifecycle();
    const outcomes: string[] = [];
    lifecycle.add({ name: 'telemetry', exit: (report) => void outcomes.push(report.outcome) });
    lifecycle.add({ name: 'stuck', exit: never });
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.advance(2_000);
    expect((await stopped).durationMs).toBe(2_000);
    expect(outcomes).toEqual(['clean']);
  });
});

describe('tiers', () => {
  it('drain expendable work after all other work, and persist critical components first', async () => {
    const { lifecycle, clock, calls, recorder } = createTestLifecycle();
    const gate = createGate();
    lifecycle.add(recorder('reports'), { tier: 'expendable' });
    lifecycle.add(recorder('orders', { drain: () => gate.passed }), { tier: 'critical' });
    lifecycle.add(recorder('mails'));
    await lifecycle.start();
    calls.length = 0;

    void lifecycle.shutdown();
    await clock.settle();
    expect(calls.filter((call) => call.endsWith('.drain')).toSorted()).toEqual([
      'mails.drain',
      'orders.drain',
    ]);
    gate.open();
    await lifecycle.stopped;
    expect(calls.filter((call) => call.endsWith('.drain')).at(-1)).toBe('reports.drain');
    const persists = calls.filter((call) => call.endsWith('.persist'));
    expect(persists).toEqual(['orders.persist', 'mails.persist', 'reports.persist']);
  });

  it('let an expendable component go early when a critical one waits for it', async () => {
    const { lifecycle, calls, recorder } = createTestLifecycle();
    const orders = lifecycle.add(recorder('orders'), { tier: 'critical' });
    lifecycle.add(recorder('reports'), { tier: 'expendable', dependsOn: [orders] });
    lifecycle.add(recorder('mails'));
    await lifecycle.start();
    await lifecycle.shutdown();
    const persists = calls.filter((call) => call.endsWith('.persist'));
    expect(persists).toEqual(['reports.persist', 'orders.persist', 'mails.persist']);
  });
});
