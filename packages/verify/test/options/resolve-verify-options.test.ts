import { describe, expect, it } from 'vitest';
import { VerifyOptionsError } from '../../src/errors.js';
import { resolveVerifyOptions } from '../../src/options/resolve-verify-options.js';
import type { VerifyOptions } from '../../src/options/verify-options.js';

describe('the options of verify', () => {
  it('have defaults that fit Kubernetes and a minute of patience', () => {
    expect(resolveVerifyOptions({ command: ['server'] })).toMatchObject({
      runs: 20,
      signal: 'SIGTERM',
      expectExit: 0,
      deadlineMs: 30_000,
      endWithinMs: 2_000,
      requests: [{ path: '/' }],
    });
  });

  it.each<[string, Partial<VerifyOptions>]>([
    ['command', { command: [] }],
    ['runs', { runs: 0 }],
    ['runs', { runs: 1.5 }],
    ['deadlineMs', { deadlineMs: 1 }],
    ['port', { port: 70_000 }],
    ['path', { path: 'no-slash' }],
    ['ready', { ready: '/with space' }],
    ['load.connections', { load: { connections: 0 } }],
    ['requests', { requests: [] }],
    ['requests', { requests: [{ path: '/', role: 'upload' }] }],
    ['requests[].method', { requests: [{ path: '/', method: 'get' }] }],
    ['requests[].weight', { requests: [{ path: '/', weight: 0 }] }],
  ])('name %s when it breaks its rule', (option, options) => {
    expect(() => resolveVerifyOptions({ command: ['server'], ...options })).toThrow(
      expect.toSatisfy((error: unknown) => error instanceof VerifyOptionsError && error.option === option),
    );
  });
});
