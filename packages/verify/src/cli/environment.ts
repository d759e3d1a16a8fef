import type { Option } from 'commander';
import { VerifyOptionsError } from '../errors.js';

/**
 * What the environment gives, as options that stand before those of the command line: `QUIESCE_VERIFY_` and an option's
 * name in capitals, so that a server that is judged, and inherits them, takes none of them for its own.
 * @throws VerifyOptionsError
 */
export function readEnvironment(
  options: readonly Option[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return options.flatMap((option) => {
    const name = option.name();
    const variable = `QUIESCE_VERIFY_${name.toUpperCase().replaceAll('-', '_')}`;
    const value = environment[variable];
    if (value === undefined || value === '' || name === 'version') return [];
    if (option.required) return [`--${name}=${value}`];
    return parseFlag(variable, value) ? [`--${name}`] : [];
  });
}

function parseFlag(variable: string, value: string): boolean {
  if (/^(?:true|1|yes|on)$/i.test(value)) return true;
  if (/^(?:false|0|no|off)$/i.test(value)) return false;
  throw new VerifyOptionsError(variable, 'must be true or false', value);
}
