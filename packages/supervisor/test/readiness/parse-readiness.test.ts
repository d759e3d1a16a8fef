import { createSupervisor, parseReadiness } from '@quiesce/supervisor';
import { describe, expect, it } from 'vitest';
import { describeReadiness } from '../../src/readiness/readiness-options.js';

describe('readiness on a command line', () => {
  it.each([
    ['http://127.0.0.1:8222/healthz?a=1', { kind: 'http', url: 'http://127.0.0.1:8222/healthz?a=1' }],
    ['tcp:4222', { kind: 'tcp', host: '127.0.0.1', port: 4222 }],
    ['tcp:db.internal:5432', { kind: 'tcp', host: 'db.internal', port: 5432 }],
    ['tcp://[::1]:5432', { kind: 'tcp', host: '::1', port: 5432 }],
    [String.raw`log:^ready \d+`, { kind: 'log', pattern: /^ready \d+/u }],
    ['log:http://x', { kind: 'log', pattern: /http:\/\/x/u }],
    ['file:/run/x/ready', { kind: 'file', path: '/run/x/ready' }],
    ['file:///run/ready', { kind: 'file', path: '/run/ready' }],
    ['file:ready', { kind: 'file', path: 'ready' }],
  ])('%s is %j', (text, readiness) => {
    expect(parseReadiness(text)).toEqual(readiness);
    expect(describeReadiness(parseReadiness(text))).not.toBe('');
  });

  it.each([
    ['soon', 'readiness must begin with http:, tcp:, log: or file:; got "soon"'],
    ['https://x/', 'readiness.url must be a URL that begins with http://; got "https://x/"'],
    ['http:', 'readiness.url must be a URL that begins with http://; got "http:"'],
    ['tcp:', 'readiness must be tcp:PORT or tcp:HOST:PORT; got "tcp:"'],
    ['tcp:0', 'readiness must be a number, 1 to 65535; got 0'],
    ['tcp:x:99999', 'readiness must be a number, 1 to 65535; got 99999'],
    ['log:', 'readiness.pattern must be a text that is not empty; got ""'],
    ['file:', 'readiness must be a text that is not empty; got ""'],
  ])('%s is refused', (text, message) => {
    expect(() => parseReadiness(text)).toThrow(message);
  });

  it('is refused with a pattern that is none, and says why', () => {
    expect(() => parseReadiness('log:(')).toThrow(/must be a regular expression \(.*\); got "\("$/);
  });
});

describe('the options of a supervisor', () => {
  const wrong: readonly [object, string][] = [
    [{}, 'command must be a text that is not empty; got undefined'],
    [{ command: 'x', extra: 1 }, 'options.extra is not known'],
    [{ command: 'x', args: 'y' }, 'args must be an array; got "y"'],
    [{ command: 'x', args: [1] }, 'args[0] must be a text; got 1'],
    [{ command: 'x', name: '' }, 'name must be a text that is not empty; got ""'],
    [{ command: 'x', cwd: '/nowhere' }, 'cwd must be a folder; got "/nowhere"'],
    [{ command: 'x', profile: 'y' }, 'profile must be one of nats-server'],
    [
      { command: 'x', mode: 'lame-duck' },
      'mode must be one that the profile "generic" has: graceful, last-ditch, force',
    ],
    [{ command: 'x', mode: 'soon' }, 'mode must be one that the profile "generic" has'],
    [{ command: 'x', kill: 'all' }, 'kill must be one of mixed, group, process; got "all"'],
    [{ command: 'x', signals: 1 }, 'signals must be one of true, false; got 1'],
    [{ command: 'x', startTimeoutMs: 0 }, 'startTimeoutMs must be a number, 1 to'],
    [{ command: 'x', readiness: { kind: 'http' } }, 'readiness.url must be a URL'],
    [{ command: 'x', readiness: { kind: 'tcp', port: 1.5 } }, 'readiness.port must be a whole number'],
    [{ command: 'x', readiness: { kind: 'dns' } }, 'readiness.kind must be one of http, tcp, log, file'],
    [{ command: 'x', exitCode: '2' }, 'exitCode must be one of 0, 1, legacy'],
  ];

  it.each(wrong)('%j are refused with the option, the rule and the value', (options, message) => {
    expect(() => createSupervisor({ control: false, ...options } as never)).toThrow(message);
  });
});
