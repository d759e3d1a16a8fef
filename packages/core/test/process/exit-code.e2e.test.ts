import type { ExitCodePolicy } from '@quiesce/core';
import { describe, expect, it } from 'vitest';
import { startFixture } from '../support/fixture.js';
import { stopService } from '../support/stop-service.js';

const cleanCodes: readonly { policy: ExitCodePolicy; signal: NodeJS.Signals; code: number }[] = [
  { policy: '0', signal: 'SIGTERM', code: 0 },
  { policy: '0', signal: 'SIGINT', code: 0 },
  { policy: '1', signal: 'SIGTERM', code: 1 },
  { policy: '1', signal: 'SIGINT', code: 1 },
  { policy: 'legacy', signal: 'SIGTERM', code: 1 },
  { policy: 'legacy', signal: 'SIGINT', code: 0 },
];

const uncleanCodes: readonly { policy: ExitCodePolicy; failed: number }[] = [
  { policy: '0', failed: 1 },
  { policy: '1', failed: 70 },
  { policy: 'legacy', failed: 70 },
];

describe.concurrent('the first signal stops the service well', () => {
  for (const { policy, signal, code } of cleanCodes) {
    const title = `${signal} exits with ${code} under the policy "${policy}"`;

    it(`${title}, asked for by option`, async ({ onTestFinished }) => {
      const told = { options: { exitCode: policy } };
      const { exit, report } = await stopService(told, onTestFinished, { signal });
      expect(exit).toMatchObject({ code, signal: null });
      expect(report).toMatchObject({ outcome: 'clean', reason: `signal:${signal}`, exit: { code } });
    });

    it(`${title}, asked for by QUIESCE_SHUTDOWN_EXIT_CODE`, async ({ onTestFinished }) => {
      const env = { QUIESCE_SHUTDOWN_EXIT_CODE: policy };
      const { exit, report } = await stopService({}, onTestFinished, { signal, env });
      expect(exit).toMatchObject({ code, signal: null });
      expect(report).toMatchObject({ outcome: 'clean', exit: { code } });
    });
  }

  it('the option counts when the environment says something else', async ({ onTestFinished }) => {
    const env = { QUIESCE_SHUTDOWN_EXIT_CODE: '1' };
    const { exit } = await stopService({ options: { exitCode: '0' } }, onTestFinished, { env });
    expect(exit.code).toBe(0);
  });

  it('an empty variable is none', async ({ onTestFinished }) => {
    const env = { QUIESCE_SHUTDOWN_EXIT_CODE: '', QUIESCE_PLATFORM_GRACE: '' };
    const { exit } = await stopService({}, onTestFinished, { env });
    expect(exit.code).toBe(0);
  });
});

describe.concurrent('a stop that was not clean has a code of its own', () => {
  for (const { policy, failed } of uncleanCodes) {
    const env = { QUIESCE_SHUTDOWN_EXIT_CODE: policy };

    it(`incomplete exits with 3 under the policy "${policy}"`, async ({ onTestFinished }) => {
      const { exit, report } = await stopService({ orders: { drain: 'throws' } }, onTestFinished, { env });
      expect(exit).toMatchObject({ code: 3, signal: null });
      expect(report).toMatchObject({ outcome: 'incomplete', exit: { code: 3 } });
    });

    it(`forced exits with 2 under the policy "${policy}"`, async ({ onTestFinished }) => {
      const told = { options: { signals: { SIGTERM: 'force' } } } as const;
      const { exit, report, stdout } = await stopService(told, onTestFinished, { env });
      expect(exit).toMatchObject({ code: 2, signal: null });
      expect(report).toMatchObject({ outcome: 'forced', exit: { code: 2 } });
      expect(stdout).toContain('web abort\norders abort\ndatabase abort\n');
    });

    it(`failed exits with ${failed} under the policy "${policy}"`, async ({ onTestFinished }) => {
      const { exit, report } = await stopService({ orders: { drain: 'throwsLater' } }, onTestFinished, {
        env,
      });
      expect(exit).toMatchObject({ code: failed, signal: null });
      expect(report).toMatchObject({ outcome: 'failed', exit: { code: failed } });
    });
  }
});

describe.concurrent('what cannot be meant is refused before anything starts', () => {
  const refused = [
    {
      variable: 'QUIESCE_SHUTDOWN_EXIT_CODE',
      value: '2',
      error: 'OptionsError: QUIESCE_SHUTDOWN_EXIT_CODE must be one of 0, 1, legacy; got "2"',
    },
    {
      variable: 'QUIESCE_PLATFORM_GRACE',
      value: '30s',
      error: 'OptionsError: QUIESCE_PLATFORM_GRACE must be a number of seconds above 0; got "30s"',
    },
    {
      variable: 'QUIESCE_PLATFORM_GRACE',
      value: '5',
      error: 'PlanError: timeoutMs 25000 + 1000 is more than the 5000 ms the platform gives before SIGKILL',
    },
  ];

  for (const { variable, value, error } of refused) {
    it(`such as ${variable}=${value}`, async ({ onTestFinished }) => {
      const told = { options: { timeoutMs: 25_000 } };
      const service = startFixture('service', told, onTestFinished, { env: { [variable]: value } });
      expect(await service.waitForExit()).toMatchObject({ code: 1, signal: null });
      expect(service.stderr).toContain(error);
      expect(service.stdout).toBe('');
    });
  }
});
