import { describe, expect, it } from 'vitest';
import { createTestLifecycle } from '../support/test-lifecycle.js';

describe('a report about a process that somebody supervises', () => {
  it('has what a component says of itself, the last value of each name', async () => {
    const { lifecycle, recorder } = createTestLifecycle();
    lifecycle.add(
      recorder('child', {
        refuse: ({ detail }) => detail({ pid: 7, code: null }),
        drain: ({ detail }) => detail({ code: 3 }),
      }),
    );
    lifecycle.add(recorder('other'));
    await lifecycle.start();

    const { components } = await lifecycle.shutdown();

    expect(components.map(({ details }) => details)).toEqual([{ pid: 7, code: 3 }, undefined]);
  });

  it('has the exit code that overrides the policy, and that of the policy where nothing does', async () => {
    const override = createTestLifecycle({
      overrideExit: (outcome) => (outcome === 'clean' ? { code: 143, rule: 'died by SIGTERM' } : undefined),
    });
    await override.lifecycle.start();
    expect((await override.lifecycle.shutdown()).exit).toEqual({ code: 143, rule: 'died by SIGTERM' });

    const policy = createTestLifecycle({ exitCode: '1', overrideExit: () => undefined });
    await policy.lifecycle.start();
    expect((await policy.lifecycle.shutdown()).exit).toMatchObject({ code: 1 });
  });

  it('is not made with an override that is not a function', () => {
    expect(() => createTestLifecycle({ overrideExit: 143 as never })).toThrow(
      'overrideExit must be a function; got 143',
    );
  });
});
