import { isQuiesceError, StartError } from '@quiesce/core';
import { describe, expect, it } from 'vitest';
import { createGate, createTestLifecycle, never } from '../support/test-lifecycle.js';

describe('start', () => {
  it('starts dependencies first and independent branches side by side', async () => {
    const { lifecycle, clock, calls, recorder } = createTestLifecycle();
    const gate = createGate();
    const database = lifecycle.add(recorder('database', { start: () => gate.passed }));
    lifecycle.add(recorder('web'), { dependsOn: [database] });
    lifecycle.add(recorder('metrics'));
    const started = lifecycle.start();
    await clock.settle();
    expect(calls).toEqual(['database.start', 'metrics.start']);
    expect(lifecycle.status()).toMatchObject({ state: 'starting', ready: false });
    gate.open();
    await started;
    expect(calls).toEqual(['database.start', 'metrics.start', 'web.start']);
    expect(lifecycle.status()).toMatchObject({ state: 'running', ready: true });
  });

  it('is one start, however often it is asked for', async () => {
    const { lifecycle, calls, recorder } = createTestLifecycle();
    lifecycle.add(recorder('web'));
    await Promise.all([lifecycle.start(), lifecycle.start()]);
    expect(calls).toEqual(['web.start']);
  });

  it('that fails stops what was started, and only that, and rejects with the report', async () => {
    const { lifecycle, calls, recorder } = createTestLifecycle({ announceMs: 60_000, timeoutMs: 90_000 });
    const database = lifecycle.add(recorder('database'));
    const cause = new Error('port 80 is taken');
    const web = lifecycle.add(recorder('web', { start: () => Promise.reject(cause) }), {
      dependsOn: [database],
    });
    const proxy = lifecycle.add(recorder('proxy'), { dependsOn: [web] });

    const error = await lifecycle.start().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(isQuiesceError(error, 'QUIESCE_START')).toBe(true);
    expect(error).toMatchObject({ component: 'web', cause, message: 'component "web" failed to start' });
    expect((error as StartError).report).toMatchObject({
      outcome: 'failed',
      reason: 'start-failed',
      exit: { code: 1 },
      error: { code: 'QUIESCE_START' },
    });
    expect(calls.filter((call) => call.endsWith('.release'))).toEqual(['database.release']);
    await expect(web.started).rejects.toBeInstanceOf(StartError);
    await expect(proxy.started).rejects.toMatchObject({ component: 'proxy' });
    await expect(lifecycle.ready()).rejects.toMatchObject({ code: 'QUIESCE_NOT_READY' });
  });

  it('does not wait for a slow component before it stops because another one failed', async () => {
    const { lifecycle, clock, recorder } = createTestLifecycle();
    const signals: AbortSignal[] = [];
    lifecycle.add(
      recorder('slow', {
        start: ({ signal }) => {
          signals.push(signal);
          return never();
        },
      }),
    );
    lifecycle.add(recorder('bad', { start: () => Promise.reject(new Error('no')) }));
    lifecycle.start().catch(() => {});
    await clock.settle();
    expect(lifecycle.status().state).toBe('stopping');
    expect(signals[0]?.aborted).toBe(true);
    await clock.advance(25_000);
    expect((await lifecycle.stopped).outcome).toBe('failed');
  });

  it('cannot follow a stop', async () => {
    const { lifecycle } = createTestLifecycle();
    await lifecycle.shutdown();
    await expect(lifecycle.start()).rejects.toMatchObject({ code: 'QUIESCE_NOT_READY' });
    expect((await lifecycle.run()).outcome).toBe('clean');
  });
});

describe('ready', () => {
  it('resolves when all have started, at any time after too', async () => {
    const { lifecycle } = createTestLifecycle();
    const ready = lifecycle.ready();
    await lifecycle.start();
    await expect(ready).resolves.toBeUndefined();
    await expect(lifecycle.ready({ timeoutMs: 1 })).resolves.toBeUndefined();
  });

  it('names whom it waited for when its time is over, and leaves no timer', async () => {
    const { lifecycle, clock, recorder } = createTestLifecycle();
    lifecycle.add(recorder('cache', { start: never }));
    lifecycle.start().catch(() => {});
    const ready = lifecycle.ready({ timeoutMs: 100 });
    ready.catch(() => {});
    await clock.advance(100);
    await expect(ready).rejects.toMatchObject({ code: 'QUIESCE_READY_TIMEOUT', waitingFor: ['cache'] });
    expect(clock.timers).toBe(0);
  });

  it('rejects when the stop comes first', async () => {
    const { lifecycle } = createTestLifecycle();
    const ready = lifecycle.ready();
    void lifecycle.shutdown();
    await expect(ready).rejects.toMatchObject({ code: 'QUIESCE_NOT_READY' });
  });
});

describe('a stop during start', () => {
  it('waits for what is starting, stops it, and starts nothing more', async () => {
    const { lifecycle, clock, calls, recorder } = createTestLifecycle();
    const gate = createGate();
    const database = lifecycle.add(recorder('database', { start: () => gate.passed }));
    lifecycle.add(recorder('web'), { dependsOn: [database] });
    const started = lifecycle.start();
    started.catch(() => {});
    await clock.settle();
    const stopped = lifecycle.shutdown();
    await clock.settle();
    expect(calls).toEqual(['database.start']);
    gate.open();
    expect(await stopped).toMatchObject({ outcome: 'clean' });
    await expect(started).rejects.toMatchObject({ code: 'QUIESCE_NOT_READY' });
    expect(calls).toContain('database.release');
    expect(calls.filter((call) => call.startsWith('web.'))).toEqual([]);
  });

  it('stops a component that came up only after the stop had gone on without it', async () => {
    const { lifecycle, clock, calls, recorder } = createTestLifecycle({ timeoutMs: 20_000 });
    const gate = createGate();
    lifecycle.add(recorder('late', { start: () => gate.passed }));
    lifecycle.add(recorder('web', { drain: never }));
    lifecycle.start().catch(() => {});
    await clock.settle();
    const stopped = lifecycle.shutdown();
    await clock.advance(10_000); // beyond the half that announce may use
    expect(calls).toContain('web.drain');
    expect(calls).not.toContain('late.refuse');
    gate.open();
    await clock.settle();
    expect(calls.slice(-2)).toEqual(['late.refuse', 'late.drain']);
    await clock.advance(10_000);
    await stopped;
    expect(calls).toContain('late.release');
  });

  it('ends with the stop when a start hook hangs, for everybody who waits for it', async () => {
    const { lifecycle, clock, recorder } = createTestLifecycle({ timeoutMs: 20_000 });
    const hanging = lifecycle.add(recorder('hanging', { start: never }));
    const waiting = lifecycle.add(recorder('waiting'), { dependsOn: [hanging] });
    const settled = Promise.allSettled([lifecycle.start(), hanging.started, waiting.started]);
    await clock.settle();
    const stopped = lifecycle.shutdown();
    await clock.advance(20_000);
    expect(await stopped).toMatchObject({
      outcome: 'incomplete',
      notes: [{ component: 'hanging', code: 'start-unfinished' }],
    });
    const codes = (await settled).map((each) => each.status === 'rejected' && each.reason.code);
    expect(codes).toEqual(['QUIESCE_NOT_READY', 'QUIESCE_START', 'QUIESCE_START']);
  });
});
