import { describe, expect, it } from 'vitest';
import { resolveLifecycleOptions } from '../../src/options/resolve-lifecycle-options.js';

const resolve = (options: object, environment: NodeJS.ProcessEnv = {}) =>
  resolveLifecycleOptions({ name: 'orders', ...options }, environment);

describe('the options of a lifecycle', () => {
  it('have the documented defaults', () => {
    const resolved = resolve({});
    expect(resolved).toMatchObject({
      signals: { SIGTERM: 'graceful', SIGINT: 'graceful' },
      signalDebounceMs: 500,
      exitCode: '0',
      plan: {
        timeoutMs: 25_000,
        announceMs: 0,
        lameDuckMs: 10_000,
        lameDuckGraceMs: 1_000,
        reserveMs: { persist: 5_000, release: 2_000 },
      },
    });
    expect(resolved.instance).toBe(`${resolved.host}:${process.pid}`);
  });

  it('scale what was not asked for down to a short timeout', () => {
    const { plan } = resolve({ timeoutMs: 3_000 });
    expect(plan.reserveMs).toMatchObject({ persist: 1_000, release: 400, exit: 100 });
    expect(plan.lameDuckMs).toBe(1_200);
    expect(plan.lameDuckGraceMs).toBe(600);
  });

  it('refuse a plan that cannot fit, with the sum', () => {
    expect(() => resolve({ announceMs: 18_000 })).toThrow(
      'announceMs 18000 + reserves 7500 (persist 5000, release 2000, exit 500) leave nothing of timeoutMs 25000 for the drain',
    );
    expect(() => resolve({ reserveMs: { persist: 24_000 } })).toThrow('leave nothing of timeoutMs 25000');
    expect(() => resolve({ lameDuckMs: 20_000 })).toThrow('lameDuckMs 20000 does not fit');
    expect(() => resolve({ lameDuckGraceMs: 10_000 })).toThrow(
      'lameDuckGraceMs 10000 must be less than lameDuckMs 10000',
    );
    expect(() => resolve({ timeoutMs: 29_500, platformGraceMs: 30_000 })).toThrow(
      'timeoutMs 29500 + 1000 is more than the 30000 ms the platform gives before SIGKILL',
    );
  });

  it('take the platform grace from the environment, in seconds, and fit the default timeout into it', () => {
    expect(resolve({}, { QUIESCE_PLATFORM_GRACE: '10' }).plan.timeoutMs).toBe(9_000);
    expect(resolve({}, { QUIESCE_PLATFORM_GRACE: '90' }).plan.timeoutMs).toBe(25_000);
    expect(() => resolve({ timeoutMs: 25_000 }, { QUIESCE_PLATFORM_GRACE: '25' })).toThrow(
      'more than the 25000 ms',
    );
    expect(() => resolve({}, { QUIESCE_PLATFORM_GRACE: '30s' })).toThrow(
      'QUIESCE_PLATFORM_GRACE must be a number of seconds above 0; got "30s"',
    );
    expect(() => resolve({}, { QUIESCE_PLATFORM_GRACE: '1' })).toThrow('leaves no time for a stop');
  });

  it('take the exit-code policy from the environment unless an option says otherwise', () => {
    expect(resolve({}, { QUIESCE_SHUTDOWN_EXIT_CODE: 'legacy' }).exitCode).toBe('legacy');
    expect(resolve({ exitCode: '1' }, { QUIESCE_SHUTDOWN_EXIT_CODE: 'legacy' }).exitCode).toBe('1');
    expect(() => resolve({}, { QUIESCE_SHUTDOWN_EXIT_CODE: '143' })).toThrow(
      'QUIESCE_SHUTDOWN_EXIT_CODE must be one of 0, 1, legacy; got "143"',
    );
  });

  it('are refused with the option, the rule and the value', () => {
    const bad: [object, string][] = [
      [{ name: '' }, 'name must be a text that is not empty; got ""'],
      [{ timeoutMs: '25s' }, 'timeoutMs must be a finite number of milliseconds, 1 or more; got "25s"'],
      [{ timeoutMs: Number.POSITIVE_INFINITY }, 'timeoutMs must be a finite number'],
      [{ announceMs: -1 }, 'announceMs must be a finite number of milliseconds, 0 or more; got -1'],
      [{ timeout: 3 }, 'timeout is not an option; there are name, instance, timeoutMs'],
      [
        { signals: { SIGKILL: 'force' } },
        'signals must name signals that a process can handle; got "SIGKILL"',
      ],
      [
        { signals: { SIGTERM: 'soft' } },
        'signals.SIGTERM must be one of lame-duck, graceful, last-ditch, force; got "soft"',
      ],
      [{ exit: 'yes' }, 'exit must be true or false; got "yes"'],
      [{ crash: true }, 'crash must be one of graceful, last-ditch, false; got true'],
      [{ logger: { info: () => {} } }, 'logger must have the methods info, warn, error; got an object'],
      [{ stateFile: '' }, 'stateFile must be a text that is not empty'],
    ];
    for (const [options, message] of bad) expect(() => resolve(options), message).toThrow(message);
    expect(() => resolveLifecycleOptions(undefined as never, {})).toThrow(
      'options must be an object; got undefined',
    );
  });
});
