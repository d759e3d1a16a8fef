import { UsageError } from './command-error.js';
import type { OptionSpec } from './command-spec.js';

/** A value and where it came from, for errors. */
export interface Given {
  readonly text: string;
  /** Such as `--timeout`, or `QUIESCE_TIMEOUT`. */
  readonly from: string;
  /** Whether the environment gave it: what stands on the command line comes first. */
  readonly isFromEnvironment: boolean;
}

/** The options that a subcommand was called with: from the command line first, else from the environment. */
export interface GivenOptions {
  /** The value of an option; undefined when nobody gave it. */
  value(name: string): Given | undefined;
  /** Whether a flag is on. */
  flag(name: string): boolean;
}

/** The environment variable of an option. */
export function environmentVariable(name: string): string {
  return `QUIESCE_${name.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * Puts the options of the command line and those of the environment together. A variable that is empty counts as
 * not set.
 * @param parsed what the command line gave, by the option's name
 */
export function createGivenOptions(
  specs: readonly OptionSpec[],
  parsed: ReadonlyMap<string, string | boolean>,
  environment: Readonly<Record<string, string | undefined>>,
): GivenOptions {
  const find = (name: string): Given | undefined => {
    const onLine = parsed.get(name);
    if (onLine !== undefined) return { text: String(onLine), from: `--${name}`, isFromEnvironment: false };
    const variable = environmentVariable(name);
    const text = environment[variable];
    return text === undefined || text === '' ? undefined : { text, from: variable, isFromEnvironment: true };
  };
  return {
    value: find,
    flag(name) {
      const given = find(name);
      return given === undefined
        ? specs.some((spec) => spec.name === name && spec.isOn === true)
        : parseFlag(given);
    },
  };
}

function parseFlag({ text, from }: Given): boolean {
  if (/^(?:true|1|yes|on)$/i.test(text)) return true;
  if (/^(?:false|0|no|off)$/i.test(text)) return false;
  throw new UsageError(from, 'must be true or false', text);
}
