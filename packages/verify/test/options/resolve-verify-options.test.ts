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
    ['stopCommand', { stopCommand: 'true' }],
    ['watchMs', { watchMs: 1_000 }],
    ['command', { url: 'http://127.0.0.1' }],
    ['servedHeader', { servedHeader: 'two words' }],
    ['servedHeader', { servedHeader: 'a', servedBody: /b/ }],
  ])('name %s when it breaks its rule', (option, options) => {
    expect(() => resolveVerifyOptions({ command: ['server'], ...options })).toThrow(
      expect.toSatisfy((error: unknown) => error instanceof VerifyOptionsError && error.option === option),
    );
  });
});

describe('a server that is not ours', () => {
  const url = 'https://shop.example/cart?id=1';

  it('is stopped once, by hand, and asked for what its address names', () => {
    const { runs, path, tls, command, remote } = resolveVerifyOptions({ url });
    expect({ runs, path, tls, command }).toEqual({ runs: 1, path: '/cart?id=1', tls: true, command: [] });
    expect(remote).toMatchObject({ hostname: 'shop.example', port: 443, watchMs: 60_000 });
  });

  it('may be stopped often by a command that brings it back', () => {
    expect(resolveVerifyOptions({ url, stopCommand: 'restart shop', runs: 5 }).runs).toBe(5);
  });

  it.each<[string, VerifyOptions]>([
    ['url', { url: 'ftp://shop.example' }],
    ['url', { url: 'shop.example' }],
    ['url', { url: 'http://user:word@shop.example' }],
    ['runs', { url, runs: 2 }],
    ['stopCommand', { url, stopCommand: ' ' }],
    ['watchMs', { url, watchMs: 0 }],
    ['servedLog', { url, servedLog: /x/ }],
    ['platform', { url, platform: { name: 'docker' } }],
    ['port', { url, port: 80 }],
  ])('has no %s that breaks its rule', (option, options) => {
    expect(() => resolveVerifyOptions(options)).toThrow(
      expect.toSatisfy((error: unknown) => error instanceof VerifyOptionsError && error.option === option),
    );
  });
});
