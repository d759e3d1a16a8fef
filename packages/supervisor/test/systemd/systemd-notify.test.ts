import { createLifecycle, type LifecycleOptions, OptionsError, silentLogger } from '@quiesce/core';
import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import type { SystemdNotifyOptions } from '../../src/systemd/options.js';
import { systemdNotify } from '../../src/systemd/systemd-notify.js';

/** A lifecycle in manual time, and what the service manager hears of it. */
function createService(
  notifyOptions: SystemdNotifyOptions = {},
  options: Partial<LifecycleOptions> = {},
  env: NodeJS.ProcessEnv = {},
) {
  const clock = createManualClock();
  const sent: { readonly atMs: number; readonly lines: readonly string[] }[] = [];
  const lifecycle = createLifecycle({
    name: 'orders',
    timeoutMs: 60_000,
    signals: false,
    exit: false,
    clock,
    logger: silentLogger,
    ...options,
  });
  const environment: NodeJS.ProcessEnv = { NOTIFY_SOCKET: '/run/notify', ...env };
  const notifier = systemdNotify(lifecycle, {
    clock,
    logger: silentLogger,
    env: environment,
    transport: async (message) => void sent.push({ atMs: clock.now(), lines: message.split('\n') }),
    ...notifyOptions,
  });
  const lines = () => sent.flatMap(({ lines: each }) => each);
  /** The instants that extensions lead to, in the order of their coming. */
  const extendedUntil = () =>
    sent.flatMap(({ atMs, lines: each }) =>
      each
        .filter((line) => line.startsWith('EXTEND_TIMEOUT_USEC='))
        .map((line) => atMs + Number(line.split('=')[1]) / 1_000),
    );
  return { clock, lifecycle, notifier, environment, sent, lines, extendedUntil };
}

describe('systemdNotify', () => {
  it('says READY=1 when all has started, and not before', async () => {
    const { lifecycle, clock, lines } = createService();
    let started: (() => void) | undefined;
    lifecycle.add({ name: 'database', start: () => new Promise<void>((resolve) => (started = resolve)) });
    const starting = lifecycle.start();
    await clock.settle();
    expect(lines()).toEqual([]);
    started?.();
    await starting;
    await clock.settle();
    expect(lines()).toEqual(['READY=1', 'STATUS=running']);
  });

  it('says STOPPING=1 at once, in the same message as the first extension', async () => {
    const { lifecycle, clock, sent } = createService();
    await lifecycle.start();
    lifecycle.enter('job');
    void lifecycle.shutdown();
    await clock.settle();
    expect(sent.at(-1)?.lines).toEqual([
      'STOPPING=1',
      'EXTEND_TIMEOUT_USEC=10000000',
      'STATUS=stopping (graceful): announce, 1 in flight, 60 s left',
    ]);
  });

  it('asks for more time as long as work ends, and for no more once nothing moves', async () => {
    const { lifecycle, clock, extendedUntil } = createService();
    await lifecycle.start();
    const tokens = Array.from({ length: 5 }, () => lifecycle.enter('job'));
    void lifecycle.shutdown();
    for (const token of tokens.slice(1)) {
      await clock.advance(4_000);
      token.leave();
    }
    // The last piece of work left at 16 s, and was seen a second later at the latest; then nothing moves for 30 s.
    await clock.advance(30_000);
    const until = extendedUntil();
    expect(until.at(-1)).toBeGreaterThanOrEqual(26_000);
    expect(until.at(-1)).toBeLessThanOrEqual(27_000);
    expect(until).toEqual(until.toSorted((one, other) => one - other));
    tokens[0]?.leave();
    await lifecycle.stopped;
  });

  it('takes what a hook reports for progress', async () => {
    const { lifecycle, clock, extendedUntil } = createService();
    lifecycle.add({
      name: 'store',
      persist: async ({ progress }) => {
        for (let left = 6; left > 0; left -= 1) {
          progress({ remaining: left });
          await new Promise<void>((resolve) => void clock.setTimer(resolve, 800));
        }
      },
    });
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.advance(10_000);
    await stopped;
    expect(extendedUntil().at(-1)).toBeGreaterThanOrEqual(13_200);
  });

  it('never asks for more than its own deadline and a second', async () => {
    const { lifecycle, clock, extendedUntil } = createService({}, { timeoutMs: 8_000 });
    lifecycle.add({
      name: 'hangs',
      drain: async ({ progress }) => {
        for (;;) {
          progress({ message: 'still here' });
          await new Promise<void>((resolve) => void clock.setTimer(resolve, 500));
        }
      },
    });
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.advance(8_000);
    await stopped;
    expect(Math.max(...extendedUntil())).toBe(9_000);
  });

  it('counts the announced wait as none in which nothing moves', async () => {
    const { lifecycle, clock, extendedUntil } = createService({}, { announceMs: 20_000 });
    await lifecycle.start();
    const stopped = lifecycle.shutdown();
    await clock.advance(1_000);
    await clock.advance(18_000);
    expect(extendedUntil().at(-1)).toBe(29_000);
    await clock.advance(2_000);
    await stopped;
  });

  it('shows how far the stop has come, once a second at most', async () => {
    const { lifecycle, clock, sent } = createService();
    await lifecycle.start();
    const job = lifecycle.enter('job');
    const stopped = lifecycle.shutdown();
    await clock.advance(5_500);
    const status = sent.slice(1).map(({ lines }) => lines.find((line) => line.startsWith('STATUS=')));
    expect(status).toHaveLength(6);
    expect(status.at(-1)).toBe('STATUS=stopping (graceful): drain, 1 in flight, 55 s left');
    job.leave();
    await stopped;
  });

  it('says nothing after the report, and leaves no timer', async () => {
    const { lifecycle, clock, sent, notifier } = createService({}, {}, { WATCHDOG_USEC: '2000000' });
    await lifecycle.start();
    await lifecycle.shutdown();
    const count = sent.length;
    notifier.notify({ status: 'late' });
    await clock.advance(10_000);
    expect(sent).toHaveLength(count);
    expect(clock.timers).toBe(0);
  });

  it('beats twice in each WatchdogSec, as long as the service is healthy', async () => {
    let health: () => boolean = () => true;
    const { lifecycle, clock, sent, lines } = createService(
      { isHealthy: () => health() },
      {},
      { WATCHDOG_USEC: '2000000' },
    );
    const beats = () => lines().filter((line) => line === 'WATCHDOG=1').length;
    await lifecycle.start();
    await clock.advance(4_000);
    expect(beats()).toBe(5);
    health = () => false;
    await clock.advance(4_000);
    health = () => {
      throw new Error('no idea');
    };
    await clock.advance(4_000);
    expect(beats()).toBe(5);
    health = () => true;
    await clock.advance(1_000);
    expect(beats()).toBe(6);
    expect(sent.at(-1)?.atMs).toBe(13_000);
    await lifecycle.shutdown();
  });

  it('joins a service that runs already', async () => {
    const { lifecycle, clock } = createService({ env: {} });
    await lifecycle.start();
    const sent: string[] = [];
    const transport = async (message: string) => void sent.push(message);
    const late = systemdNotify(lifecycle, { clock, transport, env: { NOTIFY_SOCKET: '/run/notify' } });
    await clock.settle();
    expect(sent).toEqual(['READY=1\nSTATUS=running']);
    late.close();
    await lifecycle.shutdown();
    expect(sent).toHaveLength(1);
  });

  it('does nothing without NOTIFY_SOCKET', async () => {
    const { lifecycle, notifier, sent } = createService({ env: {} });
    await lifecycle.start();
    await lifecycle.shutdown();
    expect(notifier.isActive).toBe(false);
    expect(sent).toEqual([]);
  });

  it('keeps the variables from the children of the service, unless it is told not to', () => {
    expect(createService().environment).toEqual({});
    expect(createService({ unsetEnvironment: false }).environment).toHaveProperty('NOTIFY_SOCKET');
  });

  it('holds no stop when the service manager never takes a message', async () => {
    const { lifecycle } = createService({ transport: () => new Promise(() => {}) });
    await lifecycle.start();
    await expect(lifecycle.shutdown()).resolves.toMatchObject({ outcome: 'clean' });
  });

  it('breaks no stop, and says why once, when it cannot notify', async () => {
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (_fields: object, text: string) => void warnings.push(text) };
    const { lifecycle, clock } = createService({
      transport: () => Promise.reject(new Error('connection refused')),
      logger,
    });
    await lifecycle.start();
    await clock.advance(10_000);
    const job = lifecycle.enter('job');
    const stopped = lifecycle.shutdown();
    await clock.advance(10_000);
    job.leave();
    await expect(stopped).resolves.toMatchObject({ outcome: 'clean' });
    expect(warnings).toEqual([expect.stringContaining('connection refused')]);
  });

  it('says so when there is no way to send', () => {
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (_fields: object, text: string) => void warnings.push(text) };
    const env = { NOTIFY_SOCKET: '/run/notify', PATH: '/nowhere' };
    const { lifecycle } = createService({ env: {} });
    expect(systemdNotify(lifecycle, { env, logger }).isActive).toBe(false);
    expect(warnings).toEqual([expect.stringContaining('no way to send')]);
  });

  it.each([
    ['stallMs', { stallMs: 10 }],
    ['stallMs', { stallMs: Number.NaN }],
    ['isHealthy', { isHealthy: true }],
    ['transport', { transport: '/run/notify' }],
    ['stalMs', { stalMs: 1_000 }],
  ])('refuses a wrong %s', (option, options) => {
    const { lifecycle } = createService({ env: {} });
    const call = () => systemdNotify(lifecycle, options as unknown as SystemdNotifyOptions);
    expect(call).toThrow(OptionsError);
    expect(call).toThrow(option);
  });
});
