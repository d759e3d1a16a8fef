import { basename } from 'node:path';
import { OptionsError } from '@quiesce/core';
import { parseProfile } from './parse-profile.js';
import { stopProfiles } from './profiles.js';
import { generic } from './servers/generic.js';
import type { StopProfile } from './stop-profile.js';

/**
 * The name of the program that a command line runs: that of its file, or of the module that Python is told to run.
 */
export function programName(command: string, args: readonly string[]): string {
  const name = basename(command);
  if (!/^python[\d.]*$/.test(name)) return name;
  const module = args[0] === '-m' ? args[1] : undefined;
  const script = args[0]?.startsWith('-') === false ? basename(args[0]) : undefined;
  return module ?? script ?? name;
}

/** The profile for a command line: that of its program's name, `generic` where there is none. */
export function chooseProfile(command: string, args: readonly string[]): StopProfile {
  const name = programName(command, args);
  return stopProfiles.find(({ commands }) => commands?.includes(name) === true) ?? generic;
}

/**
 * The profile that was asked for: by name, or as data of its own.
 * @throws OptionsError
 */
export function resolveProfile(
  wanted: string | StopProfile | undefined,
  command: string,
  args: readonly string[],
): StopProfile {
  if (wanted === undefined) return chooseProfile(command, args);
  if (typeof wanted !== 'string') return parseProfile(wanted);
  const found = stopProfiles.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = stopProfiles.map(({ name }) => name).join(', ');
  throw new OptionsError('profile', `must be one of ${names}, or a profile of your own`, wanted);
}
