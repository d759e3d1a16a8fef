import { describe, expect, it } from 'vitest';
import type { Given } from '../../src/command/given-options.js';
import { parseOneOf, parsePort, parseSeconds } from '../../src/values/parse-values.js';

function given(text: string): Given {
  return { text, from: '--timeout', isFromEnvironment: false };
}

describe('seconds', () => {
  it('are read as milliseconds', () => {
    expect([parseSeconds(given('30')), parseSeconds(given('0.5')), parseSeconds(undefined)]).toEqual([
      30_000,
      500,
      undefined,
    ]);
  });

  it.each(['0', '-1', 'soon', '', '1e3', '86401', 'Infinity', '0x10', '30s'])('are not %j', (text) => {
    expect(() => parseSeconds(given(text))).toThrow(
      `--timeout must be a number of seconds above 0, 86400 at most; got ${JSON.stringify(text)}`,
    );
  });
});

describe('a port', () => {
  it.each(['0', '65536', '-1', '80a', '1.5'])('is not %j', (text) => {
    expect(() => parsePort(given(text))).toThrow('must be a port, from 1 to 65535');
  });
  it('is a number', () => {
    expect(parsePort(given('9000'))).toBe(9_000);
  });
});

it('a word must be one of those there are', () => {
  expect(parseOneOf(['a', 'b'], given('b'))).toBe('b');
  expect(() => parseOneOf(['a', 'b'], given('c'))).toThrow('--timeout must be one of a, b; got "c"');
});
