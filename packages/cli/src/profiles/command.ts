import { type ModeProfile, type StopProfile, stopProfiles } from '@quiesce/supervisor';
import type { CommandContext } from '../command/command-context.js';
import { CommandError } from '../command/command-error.js';
import type { Invocation, OptionsCommand } from '../command/command-spec.js';
import { exitCodes } from '../command/exit-codes.js';

const details = `
A profile says how a known program wants to be stopped. quiesce run chooses it by the program's name; --profile takes
another, or a file of your own: see docs/supervisor.md.`;

const modeOrder = ['lame-duck', 'graceful', 'last-ditch'] as const;

/** `quiesce profiles`. */
export const profilesCommand: OptionsCommand = {
  kind: 'options',
  operands: [{ name: '[name]', summary: 'the name of one, to see where its facts come from' }],
  options: [{ name: 'json', summary: 'print plain data' }],
  details,
  run: listProfiles,
};

async function listProfiles({ operands, options }: Invocation, { stdout }: CommandContext): Promise<number> {
  const [name] = operands;
  const chosen = stopProfiles.filter((profile) => name === undefined || profile.name === name);
  if (chosen.length === 0) {
    const names = stopProfiles.map((profile) => profile.name).join(', ');
    throw new CommandError(
      `there is no profile ${JSON.stringify(name)}; there are ${names}`,
      exitCodes.notFound,
    );
  }
  const isJson = options.flag('json');
  const text = isJson
    ? JSON.stringify(chosen, undefined, 2)
    : chosen.map((profile) => renderProfile(profile, name !== undefined)).join('\n\n');
  stdout.write(`${text}\n`);
  return exitCodes.clean;
}

/** One profile as text. */
export function renderProfile(profile: StopProfile, withSources: boolean): string {
  const { name, summary, commands = [], modes, sources = [] } = profile;
  const names = commands.length === 0 ? '' : `  (${commands.join(', ')})`;
  const lines = modeOrder.flatMap((mode) => {
    const rule = modes[mode];
    return rule === undefined ? [] : [`  ${mode.padEnd(11)} ${renderSteps(rule).padEnd(18)} ${rule.what}`];
  });
  const facts = withSources ? sources.map(({ fact, source }) => `  - ${fact}\n    ${source}`) : [];
  return [`${name}: ${summary}${names}`, ...lines, ...facts].join('\n');
}

function renderSteps({ steps }: ModeProfile): string {
  return steps.map(({ signal }) => signal).join(', ');
}
