import { describe, expect, it } from 'vitest';
import { createGivenOptions } from '../../src/command/given-options.js';
import { selectTarget, type Target } from '../../src/target/select-target.js';
import { targetOptions } from '../../src/target/target-options.js';

function select(
  operands: readonly string[],
  line: Record<string, string> = {},
  environment: Record<string, string> = {},
): Target | undefined {
  const options = createGivenOptions(targetOptions, new Map(Object.entries(line)), environment);
  return selectTarget({ operands, options });
}

describe('a target', () => {
  it.each([
    [['orders'], {}, { kind: 'name', name: 'orders' }],
    [[], { name: 'orders' }, { kind: 'name', name: 'orders' }],
    [[], { socket: '/run/a.sock' }, { kind: 'socket', socketPath: '/run/a.sock' }],
    [[], { url: 'http://[::1]:9000' }, { kind: 'url', url: 'http://[::1]:9000' }],
    [[], { 'control-port': '9000' }, { kind: 'url', url: 'http://127.0.0.1:9000' }],
    [
      [],
      { 'pid-file': 'a.pid', 'expect-command': 'a' },
      { kind: 'pid-file', path: 'a.pid', expectCommand: 'a' },
    ],
    [[], { pid: '17' }, { kind: 'pid', given: { text: '17', from: '--pid' } }],
  ])('of %j %j is %j', (operands, line, target) => {
    expect(select(operands, line)).toMatchObject(target);
  });

  it('is one: two could be two services', () => {
    expect(() => select(['orders'], { pid: '17' })).toThrow(
      '--pid and the name are given; a target is one of them',
    );
    expect(() => select([], { socket: 'a', url: 'http://127.0.0.1:1' })).toThrow(
      '--socket and --url are given',
    );
  });

  it('of the command line comes before all that the environment names', () => {
    const environment = { QUIESCE_SOCKET: '/run/a.sock', QUIESCE_NAME: 'orders', QUIESCE_PID: '17' };
    expect(select(['other'], {}, environment)).toEqual({ kind: 'name', name: 'other' });
    expect(select([], {}, environment)).toEqual({ kind: 'socket', socketPath: '/run/a.sock' });
  });

  it('is undefined when nobody names one', () => {
    expect(select([])).toBeUndefined();
  });

  it.each([
    [{ socket: ' ' }, '--socket must not be empty'],
    [{ url: '127.0.0.1:9000' }, '--url must be a URL that begins with http://'],
    [{ url: 'https://127.0.0.1' }, '--url must be a URL that begins with http://'],
    [{ 'control-port': 'x' }, '--control-port must be a port'],
    [{ name: 'a', 'token-file': 'b' }, '--token-file goes with --url or --control-port'],
    [{ name: 'a', 'expect-command': 'b' }, '--expect-command goes with --pid or --pid-file'],
  ])('of %j is refused: %s', (line, message) => {
    expect(() => select([], line as Record<string, string>)).toThrow(message);
  });
});
