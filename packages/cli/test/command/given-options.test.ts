import { describe, expect, it } from 'vitest';
import type { OptionSpec } from '../../src/command/command-spec.js';
import { createGivenOptions, environmentVariable } from '../../src/command/given-options.js';

const specs: readonly OptionSpec[] = [
  { name: 'pid-file', value: 'FILE', summary: '' },
  { name: 'wait', summary: '', isOn: true },
  { name: 'json', summary: '' },
];

function given(
  parsed: Record<string, string | boolean>,
  environment: Record<string, string> = {},
): ReturnType<typeof createGivenOptions> {
  return createGivenOptions(specs, new Map(Object.entries(parsed)), environment);
}

describe('an option', () => {
  it('has the environment variable QUIESCE_ and its name in capitals', () => {
    expect(environmentVariable('pid-file')).toBe('QUIESCE_PID_FILE');
  });

  it('is taken from the command line first, then from the environment, and says from where', () => {
    const environment = { QUIESCE_PID_FILE: 'b' };
    expect(given({ 'pid-file': 'a' }, environment).value('pid-file')).toEqual({
      text: 'a',
      from: '--pid-file',
      isFromEnvironment: false,
    });
    expect(given({}, environment).value('pid-file')).toEqual({
      text: 'b',
      from: 'QUIESCE_PID_FILE',
      isFromEnvironment: true,
    });
  });

  it('counts as not given when its variable is empty', () => {
    expect(given({}, { QUIESCE_PID_FILE: '' }).value('pid-file')).toBeUndefined();
  });
});

describe('a flag', () => {
  it('is off unless it is given, or is on by itself', () => {
    expect(given({}).flag('json')).toBe(false);
    expect(given({}).flag('wait')).toBe(true);
    expect(given({ json: true, wait: false }).flag('json')).toBe(true);
    expect(given({ json: true, wait: false }).flag('wait')).toBe(false);
  });

  it.each([
    ['true', true],
    ['1', true],
    ['YES', true],
    ['false', false],
    ['0', false],
    ['off', false],
  ])('is %s in the environment', (text, expected) => {
    expect(given({}, { QUIESCE_WAIT: text }).flag('wait')).toBe(expected);
  });

  it('is refused when its variable is neither true nor false', () => {
    expect(() => given({}, { QUIESCE_JSON: 'perhaps' }).flag('json')).toThrow(
      'QUIESCE_JSON must be true or false; got "perhaps"',
    );
  });
});
