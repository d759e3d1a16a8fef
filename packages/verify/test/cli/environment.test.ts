import { Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/cli/environment.js';

const options = [new Option('--start-timeout <seconds>'), new Option('--tls'), new Option('-V, --version')];

describe('the environment of the judge', () => {
  it('gives every option under its own name, and flags by true or false', () => {
    const environment = { QUIESCE_VERIFY_START_TIMEOUT: '-x', QUIESCE_VERIFY_TLS: 'true', QUIESCE_TLS: 'x' };
    expect(readEnvironment(options, environment)).toEqual(['--start-timeout=-x', '--tls']);
    expect(readEnvironment(options, { QUIESCE_VERIFY_TLS: '0', QUIESCE_VERIFY_START_TIMEOUT: '' })).toEqual(
      [],
    );
  });

  it('is refused where a flag is neither, and asks for nothing else', () => {
    expect(() => readEnvironment(options, { QUIESCE_VERIFY_TLS: 'perhaps' })).toThrow(
      'QUIESCE_VERIFY_TLS must be true or false; got "perhaps"',
    );
    expect(readEnvironment(options, { QUIESCE_VERIFY_VERSION: '1' })).toEqual([]);
  });
});
