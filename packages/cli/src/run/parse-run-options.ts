import type { ExitCodePolicy, StopMode } from '@quiesce/core';
import {
  isProfilePath,
  type KillMode,
  parseReadiness,
  type ReadinessOptions,
  readProfile,
  type StopProfile,
  type SupervisorOptions,
} from '@quiesce/supervisor';
import { CommandError, UsageError } from '../command/command-error.js';
import { exitCodes } from '../command/exit-codes.js';
import { environmentVariable, type Given, type GivenOptions } from '../command/given-options.js';
import { readTokenFile } from '../token/read-token-file.js';
import { parseOneOf, parsePort, parseSeconds } from '../values/parse-values.js';
import { runOptions } from './run-options.js';

const modes: readonly StopMode[] = ['graceful', 'lame-duck', 'last-ditch', 'force'];
const policies: readonly ExitCodePolicy[] = ['legacy', '0', '1'];
const killModes: readonly KillMode[] = ['mixed', 'group', 'process'];
const roles = ['observe', 'operate', 'force'] as const;

type ControlOptions = Exclude<SupervisorOptions['control'], false | undefined>;

/**
 * Turns a command line into the options of a supervisor.
 * @throws UsageError, CommandError, OptionsError
 */
export async function parseRunOptions(
  operands: readonly string[],
  options: GivenOptions,
): Promise<SupervisorOptions> {
  const [command = '', ...args] = operands;
  const text = (name: string): string | undefined => options.value(name)?.text;
  return {
    command,
    args,
    env: withoutOwnVariables(),
    ...defined({
      name: text('name'),
      profile: await readProfileOption(text('profile')),
      mode: parseOneOf(modes, options.value('mode')),
      timeoutMs: parseSeconds(options.value('timeout')),
      announceMs: parseSecondsOrZero(options.value('announce')),
      platformGraceMs: parseSeconds(options.value('platform-grace')),
      exitCode: parseOneOf(policies, options.value('shutdown-exit-code')),
      readiness: parseReady(text('ready')),
      startTimeoutMs: parseSeconds(options.value('start-timeout')),
      kill: parseOneOf(killModes, options.value('kill')),
      reportFile: text('report'),
      stateFile: text('state'),
    }),
    control: parseControl(options),
  };
}

function parseControl(options: GivenOptions): ControlOptions {
  const tokenFile = options.value('token-file');
  const port = parsePort(options.value('control-port'));
  if (port !== undefined && tokenFile === undefined) {
    const message = '--control-port needs --token-file: nobody could call it without a token';
    throw new CommandError(message, exitCodes.failed);
  }
  const role = parseOneOf(roles, options.value('token-role')) ?? 'operate';
  return defined({
    socketPath: options.value('socket')?.text,
    port,
    tokens:
      tokenFile === undefined
        ? undefined
        : [{ name: 'token-file', role, token: readTokenFile(tokenFile.text, tokenFile.from) }],
    auditFile: options.value('audit')?.text,
    probes: parseProbes(options.value('probes')),
  });
}

function parseProbes(
  given: Given | undefined,
): { readonly port: number; readonly host?: string } | undefined {
  if (given === undefined) return undefined;
  const [, host, text = ''] = /^(?:(.+):)?(\d{1,5})$/.exec(given.text.trim()) ?? [];
  if (text === '') throw new UsageError(given.from, 'must be PORT or HOST:PORT', given.text);
  const port = parsePort({ ...given, text }) ?? 0;
  return host === undefined ? { port } : { port, host: host.replace(/^\[(.*)\]$/, '$1') };
}

function parseSecondsOrZero(given: Given | undefined): number | undefined {
  return given?.text.trim() === '0' ? 0 : parseSeconds(given);
}

function parseReady(text: string | undefined): ReadinessOptions | false | undefined {
  if (text === undefined) return undefined;
  return text === 'none' ? false : parseReadiness(text);
}

async function readProfileOption(text: string | undefined): Promise<string | StopProfile | undefined> {
  return text !== undefined && isProfilePath(text) ? readProfile(text) : text;
}

/** What was said to this command is not meant for another one below it. */
function withoutOwnVariables(): Readonly<Record<string, undefined>> {
  const own = runOptions.filter(({ name }) => name !== 'platform-grace');
  return Object.fromEntries(own.map(({ name }) => [environmentVariable(name), undefined]));
}

/** Without those that nobody gave: their defaults are the supervisor's own. */
function defined<Options extends object>(
  options: Options,
): { readonly [Name in keyof Options]?: Exclude<Options[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    readonly [Name in keyof Options]?: Exclude<Options[Name], undefined>;
  };
}
