import type { LifecycleOptions } from '@quiesce/core';
import { describe, expect, it } from 'vitest';
import { startFixture } from '../support/fixture.js';

/** What is registered with the process after each step, beyond what was before. */
interface Registered {
  readonly listening: readonly string[];
  readonly timers: number;
}

const nothing: Registered = { listening: [], timers: 0 };
const signals = ['SIGTERM', 'SIGINT'];
const crashes = ['uncaughtException', 'unhandledRejection'];

function registeredAfter(step: string, stdout: string): Registered {
  const [, json = 'null'] = new RegExp(`^after ${step}: (.*)$`, 'm').exec(stdout) ?? [];
  return JSON.parse(json) as Registered;
}

describe.concurrent('an embedded lifecycle leaves the process to its host', () => {
  const startAndStop = (options: Partial<LifecycleOptions>) => ({
    steps: ['create', 'start', 'shutdown'],
    options,
  });
  const runAndStop = (options: Partial<LifecycleOptions>) => ({
    steps: ['create', 'run', 'shutdown'],
    options,
  });

  it('registers nothing before it is started, and gives all back when it has stopped', async ({
    onTestFinished,
  }) => {
    const host = startFixture('embedded', startAndStop({}), onTestFinished);
    expect(await host.waitForExit()).toMatchObject({ code: 0, signal: null });
    expect(registeredAfter('create', host.stdout)).toEqual(nothing);
    expect(registeredAfter('start', host.stdout)).toEqual({ listening: signals, timers: 0 });
    expect(registeredAfter('shutdown', host.stdout)).toEqual(nothing);
    expect(host.stdout).toMatch(/\nends by itself with 0\n$/);
  });

  it('with signals: false registers nothing at all', async ({ onTestFinished }) => {
    const host = startFixture('embedded', startAndStop({ signals: false }), onTestFinished);
    expect(await host.waitForExit()).toMatchObject({ code: 0, signal: null });
    for (const step of ['create', 'start', 'shutdown']) {
      expect(registeredAfter(step, host.stdout)).toEqual(nothing);
    }
  });

  it('with signals: false a signal has its default action', async ({ onTestFinished }) => {
    const told = { steps: ['create', 'run'], options: { signals: false, exit: false } } as const;
    const host = startFixture('embedded', told, onTestFinished);
    await host.waitForLine('after run: ');
    host.signal('SIGTERM');
    expect(await host.waitForExit()).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  it('run() with exit: false resolves, gives all back and lets the process end by itself', async ({
    onTestFinished,
  }) => {
    const host = startFixture('embedded', runAndStop({ exit: false, exitCode: '1' }), onTestFinished);
    expect(await host.waitForExit()).toMatchObject({ code: 0, signal: null });
    const running = { listening: [...signals, ...crashes], timers: 1 };
    expect(registeredAfter('run', host.stdout)).toEqual(running);
    expect(registeredAfter('shutdown', host.stdout)).toEqual(nothing);
    expect(host.stdout).toContain('run resolved clean\n');
    expect(host.stdout).toMatch(/\nends by itself with 0\n$/);
  });

  it('run() after start() registers what start() did not', async ({ onTestFinished }) => {
    const told = { steps: ['create', 'start', 'run', 'shutdown'], options: { exit: false } };
    const host = startFixture('embedded', told, onTestFinished);
    expect(await host.waitForExit()).toMatchObject({ code: 0, signal: null });
    expect(registeredAfter('start', host.stdout)).toEqual({ listening: signals, timers: 0 });
    expect(registeredAfter('run', host.stdout)).toEqual({ listening: [...signals, ...crashes], timers: 1 });
    expect(registeredAfter('shutdown', host.stdout)).toEqual(nothing);
  });

  it('is not kept alive by its watchdog, neither while it runs nor after its stop', async ({
    onTestFinished,
  }) => {
    for (const steps of [
      ['create', 'start'],
      ['create', 'start', 'shutdown'],
    ]) {
      const host = startFixture('embedded', { steps, options: { watchdog: true } }, onTestFinished);
      expect(await host.waitForExit()).toMatchObject({ code: 0, signal: null });
      expect(host.stdout).toMatch(/\nends by itself with 0\n$/);
    }
  });

  it('leaves no listener, timer or memory behind, a thousand times over', async ({ onTestFinished }) => {
    const host = startFixture('stops-a-thousand-times', {}, onTestFinished, {
      env: { NODE_OPTIONS: '--expose-gc' },
    });
    await host.waitForExit();
    expect(host.stderr).toBe('');
    expect(JSON.parse(host.stdout)).toEqual({ listeners: [], timers: 0, lifecycles: 0 });
  });
});
