import { OptionsError } from '@quiesce/core';
import {
  checkArray,
  checkMembers,
  checkNumber,
  checkOneOf,
  checkSignal,
  checkText,
  checkWhole,
} from '../options/checks.js';
import type {
  CleanExits,
  ModeProfile,
  ProfileMode,
  ProfileSource,
  StopProfile,
  StopStep,
} from './stop-profile.js';

/** An editor finds the schema of a JSON file by `$schema`, which says nothing about the program. */
const profileNames: Readonly<Record<keyof StopProfile | '$schema', true>> = {
  $schema: true,
  name: true,
  summary: true,
  commands: true,
  modes: true,
  exits: true,
  monitoring: true,
  sources: true,
};
const modeNames: Readonly<Record<ProfileMode, true>> = {
  'lame-duck': true,
  graceful: true,
  'last-ditch': true,
};
const kebabCase = /^[a-z\d]+(?:-[a-z\d]+)*$/;

/**
 * Checks a profile that somebody wrote.
 * @throws OptionsError that names the member, its rule, and what was there
 */
export function parseProfile(value: unknown): StopProfile {
  const given = checkMembers<StopProfile & { readonly $schema?: string }>('profile', value, profileNames);
  if (given.$schema !== undefined) checkText('profile.$schema', given.$schema);
  const name = checkText('profile.name', given.name);
  if (!kebabCase.test(name)) throw new OptionsError('profile.name', 'must be in kebab-case', name);
  return {
    name,
    summary: checkText('profile.summary', given.summary),
    commands: checkArray('profile.commands', given.commands).map((each, index) =>
      checkText(`profile.commands[${index}]`, each),
    ),
    modes: parseModes(given.modes),
    exits: parseExits(given.exits),
    ...(given.monitoring === undefined
      ? {}
      : { monitoring: checkOneOf('profile.monitoring', ['nats-server'] as const, given.monitoring) }),
    sources: checkArray('profile.sources', given.sources).map(parseSource),
  };
}

function parseModes(value: unknown): StopProfile['modes'] {
  const given = checkMembers<Record<ProfileMode, unknown>>('profile.modes', value, modeNames);
  const parse = (mode: ProfileMode): object =>
    given[mode] === undefined ? {} : { [mode]: parseMode(`profile.modes.${mode}`, given[mode]) };
  return {
    graceful: parseMode('profile.modes.graceful', given.graceful),
    ...parse('lame-duck'),
    ...parse('last-ditch'),
  };
}

function parseMode(option: string, value: unknown): ModeProfile {
  const given = checkMembers<ModeProfile>(option, value, { what: true, steps: true });
  const [first, ...others] = checkArray(`${option}.steps`, given.steps).map((step, index) =>
    parseStep(`${option}.steps[${index}]`, step),
  );
  if (first === undefined) throw new OptionsError(`${option}.steps`, 'must have one step at least', 0);
  return { what: checkText(`${option}.what`, given.what), steps: [first, ...others] };
}

function parseStep(option: string, value: unknown): StopStep {
  const given = checkMembers<StopStep>(option, value, { signal: true, share: true, until: true });
  return {
    signal: checkSignal(`${option}.signal`, given.signal),
    ...(given.share === undefined ? {} : { share: checkNumber(`${option}.share`, given.share, 0.01, 1_000) }),
    ...(given.until === undefined
      ? {}
      : { until: checkOneOf(`${option}.until`, ['connections-gone'] as const, given.until) }),
  };
}

function parseExits(value: unknown): CleanExits {
  if (value === undefined) return {};
  const given = checkMembers<CleanExits>('profile.exits', value, {
    codes: true,
    after: true,
    bySignal: true,
  });
  if (given.bySignal !== undefined && typeof given.bySignal !== 'boolean') {
    throw new OptionsError('profile.exits.bySignal', 'must be true or false', given.bySignal);
  }
  return {
    ...(given.codes === undefined ? {} : { codes: parseCodes('profile.exits.codes', given.codes) }),
    ...(given.after === undefined ? {} : { after: parseCodesAfter(given.after) }),
    ...(given.bySignal === undefined ? {} : { bySignal: given.bySignal }),
  };
}

function parseCodesAfter(value: unknown): NonNullable<CleanExits['after']> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new OptionsError('profile.exits.after', 'must be an object', value);
  }
  const entries = Object.entries(value).map(([signal, codes]) => [
    checkSignal('profile.exits.after', signal),
    parseCodes(`profile.exits.after.${signal}`, codes),
  ]);
  return Object.fromEntries(entries) as NonNullable<CleanExits['after']>;
}

function parseCodes(option: string, value: unknown): readonly number[] {
  return checkArray(option, value).map((code, index) => checkWhole(`${option}[${index}]`, code, 0, 255));
}

function parseSource(value: unknown, index: number): ProfileSource {
  const option = `profile.sources[${index}]`;
  const given = checkMembers<ProfileSource>(option, value, { fact: true, source: true });
  return {
    fact: checkText(`${option}.fact`, given.fact),
    source: checkText(`${option}.source`, given.source),
  };
}
