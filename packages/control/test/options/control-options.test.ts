import { describe, expect, it } from 'vitest';
import { resolveControlServerOptions } from '../../src/options/resolve-control-options.js';

const token = { name: 'ops', role: 'operate', token: '0123456789abcdef' } as const;

function resolve(options: object): ReturnType<typeof resolveControlServerOptions> {
  return resolveControlServerOptions('orders', options);
}

describe('the options of a control server', () => {
  it('need not be given: then there is a socket and nothing else', () => {
    expect(resolve({})).toMatchObject({
      socketPath: undefined,
      tcp: undefined,
      probes: undefined,
      auditFile: undefined,
      auditFailure: 'refuse',
      ldm: 'last-ditch',
      telemetry: true,
    });
  });

  it('listen on the loopback address when a port is given', () => {
    expect(resolve({ port: 9_000, tokens: [token] }).tcp).toEqual({ port: 9_000, host: '127.0.0.1' });
    expect(resolve({ port: 0, host: 'localhost', tokens: [token] }).tcp?.host).toBe('127.0.0.1');
    expect(resolve({ port: 0, host: '::1', tokens: [token] }).allowedHosts).toContain('[::1]');
    expect(resolve({ port: 0, host: '127.0.0.5', tokens: [token] }).allowedHosts).toContain('127.0.0.5');
  });

  it.each(['0.0.0.0', '::', '10.1.2.3', 'orders.internal', 'localhost.evil.example'])(
    'refuse the control address %s, and say why and what instead',
    (host) => {
      expect(() => resolve({ port: 9_000, host, tokens: [token] })).toThrow(
        /host must be a loopback address: .*encrypted.*SSH tunnel.*probes\.host/,
      );
    },
  );

  it.each([
    [{ port: 9_000 }, /tokens must have an entry/],
    [{ port: 9_000, tokens: [] }, /tokens must have an entry/],
    [{ tokens: [token] }, /tokens are of no use without a port/],
    [{ host: '127.0.0.1' }, /host is of no use without a port/],
    [{ port: -1, tokens: [token] }, /port must be a number, 0 to 65535/],
    [{ port: 1.5, tokens: [token] }, /whole number/],
    [{ port: '9000', tokens: [token] }, /port must be a number/],
    [{ socketPath: '' }, /socketPath must be a text/],
    [{ socketPath: '\0orders' }, /abstract socket/],
    [{ socketpath: '/x' }, /socketpath is not an option/],
    [{ allowedHosts: ['a b'] }, /allowedHosts must be names/],
    [{ auditFile: 7 }, /auditFile must be a text/],
    [{ auditFailure: 'ignore' }, /refuse, allow/],
    [{ reopenSignal: 'HUP' }, /name of a signal/],
    [{ probes: {} }, /probes.port must be given/],
    [{ probes: { port: 0, path: '/x' } }, /probes.path is not an option/],
    [{ probes: { port: 0, metrics: 'yes' } }, /true or false/],
    [{ ldm: 'force' }, /lame-duck, last-ditch/],
    [{ registry: {} }, /registry must have the methods metrics, registerMetric/],
    [{ logger: {} }, /logger must have the methods/],
    [{ limits: { bodyBytes: 1 } }, /limits.bodyBytes must be a number, 64 or more/],
    [{ limits: { bodybytes: 100 } }, /limits.bodybytes is not an option/],
    [{ limits: { callerRate: { perSecond: 0, burst: 1 } } }, /callerRate.perSecond/],
    [{ checks: {} }, /checks must be an array/],
    [7, /options must be an object/],
  ])('are refused as %j', (options, rule) => {
    expect(() => resolve(options as object)).toThrow(rule);
  });

  it('take limits one by one, the others keep their defaults', () => {
    const { limits } = resolve({ limits: { maxConnections: 5, totalRate: { perSecond: 1, burst: 2 } } });
    expect(limits).toMatchObject({
      maxConnections: 5,
      totalRate: { perSecond: 1, burst: 2 },
      bodyBytes: 16_384,
      callerRate: { perSecond: 100, burst: 1_000 },
    });
  });
});
