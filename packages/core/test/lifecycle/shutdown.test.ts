import { describe, expect, it } from 'vitest';
import { createGate, createTestLifecycle, never, withoutStart } from '../support/test-lifecycle.js';

describe('shutdown', () => {
  it('is one stop for all who ask, whenever they ask', async () => {
    const { lifecycle, clock, calls, recorder } = createTestLifecycle();
    lifecycle.add(recorder('web', { drain: () => void lifecycle.shutdown() }));
    await lifecycle.start();
    const first = lifecycle.shutdown({ reason: 'deploy' });
    const second = lifecycle.shutdown({ reason: 'again' });
    const report = await first;
    expect(await second).toBe(report);
    expect(await lifecycle.shutdown()).toBe(report);
    expect(await lifecycle.stopped).toBe(report);
    expect(report.reason).toBe('deploy');
    expect(calls.filter((call) => call === 'web.drain')).toHaveLength(1);
    expect(clock.timers).toBe(0);
  });

  it('works on a lifecycle that was never started: what has no start hook is released', async () => {
    const { lifecycle, calls, recorder } = createTestLifecycle();
    lifecycle.add(recorder('never started'));
    lifecycle.add({ name: 'pool', release: () => void calls.push('pool.release') });
    expect((await lifecycle.shutdown()).outcome).toBe('clean');
    expect(calls).toEqual(['pool.release']);
  });

  it('rejects bad input and stops nothing', async () => {
    const { lifecycle } = createTestLifecycle({ platformGraceMs: 30_000 });
    await lifecycle.start();
    const bad = [
      [{ mode: 'gentle' }, 'mode must be one of lame-duck, graceful, last-ditch, force; got "gentle"'],
      [{ timeoutMs: -1 }, 'timeoutMs must be a finite number of milliseconds, 1 or more; got -1'],
      [{ timeoutMs: Number.NaN }, 'timeoutMs must be a finite number of milliseconds, 1 or more; got NaN'],
      [
        { timeoutMs: 29_500 },
        'timeoutMs must fit into what the platform gives before SIGKILL: 29000 ms at most; got 29500',
      ],
      [{ timout: 3 }, 'timout is not an option; there are mode, reason, timeoutMs, error; got "timout"'],
      [{ reason: '' }, 'reason must be a text that is not empty; got ""'],
    ] as const;
    for (const [request, message] of bad) {
      await expect(lifecycle.shutdown(request as never)).rejects.toMatchObject({
        code: 'QUIESCE_OPTIONS',
        message,
      });
    }
    expect(lifecycle.status().state).toBe('running');
  });

  it('aborts the signal of the lifecycle at once, and readiness is red in the same moment', async () => {
    const { lifecycle } = createTestLifecycle();
    await lifecycle.start();
    void lifecycle.shutdown();
    expect(lifecycle.signal.aborted).toBe(true);
    expect(lifecycle.status().ready).toBe(false);
  });

  it('with an error is a failed one, whatever its hooks did', async () => {
    const { lifecycle, calls, recorder } = createTestLifecycle({ exitCode: 'legacy' });
    lifecycle.add(recorder('store'));
    await lifecycle.start();
    const report = await lifecycle.shutdown({
      mode: 'last-ditch',
      reason: 'crash',
      error: new TypeError('oops'),
    });
    expect(report).toMatchObject({
      outcome: 'failed',
      error: { name: 'TypeError', message: 'oops' },
      exit: { code: 70 },
    });
    expect(calls).toContain('store.persist');
  });

  it('gives an exit code by policy for clean stops only', async () => {
    const codes: Record<string, number> = {};
    for (const exitCode of ['0', '1', 'legacy'] as const) {
      for (const reason of ['signal:SIGTERM', 'signal:SIGINT', 'deploy']) {
        const { lifecycle } = createTestLifecycle({ exitCode });
        codes[`${exitCode} ${reason}`] = (await lifecycle.shutdown({ reason })).exit.code;
      }
      const forced = createTestLifecycle({ exitCode });
      codes[`${exitCode} forced`] = (await forced.lifecycle.shutdown({ mode: 'force' })).exit.code;
    }
    expect(codes).toEqual({
      '0 signal:SIGTERM': 0,
      '0 signal:SIGINT': 0,
      '0 deploy': 0,
      '0 forced': 2,
      '1 signal:SIGTERM': 1,
      '1 signal:SIGINT': 1,
      '1 deploy': 1,
      '1 forced': 2,
      'legacy signal:SIGTERM': 1,
      'legacy signal:SIGINT': 0,
      'legacy deploy': 0,
      'legacy forced': 2,
    });
  });
});

describe('a component added while running', () => {
  it('is started at once and stopped with the others', async () => {
    const { lifecycle, calls, recorder } = createTestLifecycle();
    await lifecycle.start();
    const handle = lifecycle.add(recorder('extra'));
    await handle.started;
    await lifecycle.shutdown();
    expect(calls).toEqual(
      ['start', 'announce', 'refuse', 'drain', 'persist', 'release'].map((hook) => `extra.${hook}`),
    );
  });

  it('that fails to start concerns whoever added it, and nobody else', async () => {
    const { lifecycle } = createTestLifecycle();
    await lifecycle.start();
    const cause = new Error('no');
    const handle = lifecycle.add({ name: 'extra', start: () => Promise.reject(cause) });
    await expect(handle.started).rejects.toMatchObject({ component: 'extra', cause });
    expect(lifecycle.status().state).toBe('running');
  });
});

describe('a component added while stopping', () => {
  it('is stopped at once: what it missed now, the rest with the others', async () => {
    const { lifecycle, clock, calls, recorder } = createTestLifecycle();
    const gate = createGate();
    lifecycle.add(recorder('web', { drain: () => gate.passed }));
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.settle();
    calls.length = 0;
    const startless = withoutStart(recorder('socket'));
    lifecycle.add(startless);
    await clock.settle();
    expect(calls).toEqual(['socket.refuse', 'socket.drain']);
    gate.open();
    expect((await stopped).outcome).toBe('clean');
    expect(calls.filter((call) => call.startsWith('socket.'))).toEqual([
      'socket.refuse',
      'socket.drain',
      'socket.persist',
      'socket.release',
    ]);
  });

  it('holds its phase until it has caught up, and is named when it does not', async () => {
    const { lifecycle, clock, recorder } = createTestLifecycle();
    lifecycle.add(recorder('web', { drain: () => void lifecycle.add({ name: 'stuck', drain: never }) }));
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.advance(25_000);
    const report = await stopped;
    expect(report.components.find(({ name }) => name === 'stuck')?.phases).toMatchObject([
      { phase: 'drain', outcome: 'late' },
    ]);
    expect(report.outcome).toBe('incomplete');
  });

  it('is not started, and says so', async () => {
    const { lifecycle, clock, calls, recorder } = createTestLifecycle();
    lifecycle.add(recorder('web', { drain: never }));
    await lifecycle.start();
    void lifecycle.shutdown();
    await clock.settle();
    const handle = lifecycle.add(recorder('too-late'));
    await expect(handle.started).rejects.toMatchObject({ code: 'QUIESCE_START', component: 'too-late' });
    void lifecycle.shutdown({ mode: 'force' });
    await lifecycle.stopped;
    expect(calls.filter((call) => call.startsWith('too-late'))).toEqual([]);
  });

  it('from a listener between two phases misses no hook', async () => {
    const { lifecycle, calls, recorder } = createTestLifecycle();
    const startless = withoutStart(recorder('socket'));
    lifecycle.on('phase-end', ({ phase }) => {
      if (phase === 'drain') lifecycle.add(startless);
    });
    await lifecycle.start();
    await lifecycle.shutdown();
    expect(calls.toSorted()).toEqual(['socket.drain', 'socket.persist', 'socket.refuse', 'socket.release']);
  });
});

describe('bad components and options', () => {
  it('are refused with the option, the rule and the value', () => {
    const { lifecycle } = createTestLifecycle();
    const other = createTestLifecycle().lifecycle.add({ name: 'web' });
    lifecycle.add({ name: 'web' });
    expect(() => lifecycle.add({ name: 'web' })).toThrow('name must be unique');
    expect(() => lifecycle.add({ name: ' ' })).toThrow('name must be a text that is not empty; got " "');
    expect(() => lifecycle.add({ name: 'a', drain: 3 as never })).toThrow(
      'a.drain must be a function; got 3',
    );
    expect(() => lifecycle.add({ name: 'b' }, { dependsOn: [other] })).toThrow(
      "takes what this lifecycle's add() returned",
    );
    expect(() => lifecycle.add({ name: 'c' }, { tier: 'vip' as never })).toThrow('tier must be one of');
    expect(() => lifecycle.add({ name: 'd' }, { budgetMs: 0 })).toThrow('budgetMs must be a finite number');
    expect(() => lifecycle.add({ name: 'e' }, { dependson: [] } as never)).toThrow(
      'dependson is not an option',
    );
    expect(lifecycle.status().components.map(({ name }) => name)).toEqual(['web']);
  });
});
