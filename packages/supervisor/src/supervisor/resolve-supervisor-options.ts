import { statSync } from 'node:fs';
import {
  type Clock,
  createConsoleLogger,
  type ExitCodePolicy,
  isStopMode,
  type LifecycleOptions,
  type Logger,
  OptionsError,
  processSignals,
  type SignalSource,
  type StopMode,
  systemClock,
} from '@quiesce/core';
import { findNatsMonitoring } from '../nats/find-monitoring.js';
import { checkArray, checkMembers, checkNumber, checkOneOf, checkText } from '../options/checks.js';
import type { KillMode } from '../processes/send-signal.js';
import { programName, resolveProfile } from '../profiles/choose-profile.js';
import { profileModes, type StopProfile } from '../profiles/stop-profile.js';
import type { ResolvedReadiness } from '../readiness/readiness-options.js';
import { resolveReadiness } from '../readiness/resolve-readiness.js';
import type { SupervisorOptions } from './supervisor-options.js';

/** Options after validation, with every default in its place. */
export interface ResolvedSupervisorOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly env: NonNullable<SupervisorOptions['env']>;
  readonly name: string;
  readonly profile: StopProfile;
  readonly mode: StopMode;
  readonly readiness: ResolvedReadiness | undefined;
  /** The base URL of the server's monitoring, if it has one. */
  readonly monitoring: string | undefined;
  readonly startTimeoutMs: number;
  readonly kill: KillMode;
  readonly signals: boolean;
  readonly control: NonNullable<SupervisorOptions['control']>;
  /** Undefined when nobody chose one. */
  readonly policy: ExitCodePolicy | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly signalSource: SignalSource;
  /** What the lifecycle takes as it is; it checks that itself. */
  readonly lifecycle: Omit<LifecycleOptions, 'name' | 'signals'>;
}

const names: Readonly<Record<keyof SupervisorOptions, true>> = {
  command: true,
  args: true,
  name: true,
  cwd: true,
  env: true,
  profile: true,
  mode: true,
  signals: true,
  readiness: true,
  startTimeoutMs: true,
  kill: true,
  control: true,
  instance: true,
  timeoutMs: true,
  announceMs: true,
  platformGraceMs: true,
  signalDebounceMs: true,
  exit: true,
  exitCode: true,
  stateFile: true,
  reportFile: true,
  watchdog: true,
  logger: true,
  clock: true,
  signalSource: true,
};
const killModes: readonly KillMode[] = ['mixed', 'group', 'process'];
const defaultStartTimeoutMs = 60_000;
const longestStartMs = 86_400_000;

/**
 * Checks all options of a supervisor and fills in what was left out; those of the lifecycle are checked where it is
 * created.
 * @throws OptionsError
 */
export function resolveSupervisorOptions(
  options: SupervisorOptions,
  environment: NodeJS.ProcessEnv = process.env,
): ResolvedSupervisorOptions {
  checkMembers<SupervisorOptions>('options', options, names);
  const command = checkText('command', options.command);
  const args = checkArray('args', options.args).map((arg, index) => checkArgument(`args[${index}]`, arg));
  const name = options.name === undefined ? programName(command, args) : checkText('name', options.name);
  const profile = resolveProfile(options.profile, command, args);
  const monitoring = profile.monitoring === 'nats-server' ? findNatsMonitoring(args, options.cwd) : undefined;
  return {
    command,
    args,
    name,
    cwd: checkFolder(options.cwd),
    env: options.env ?? {},
    profile,
    mode: checkMode(options.mode ?? 'graceful', profile),
    readiness: chooseReadiness(options.readiness, monitoring),
    monitoring,
    startTimeoutMs: checkNumber(
      'startTimeoutMs',
      options.startTimeoutMs ?? defaultStartTimeoutMs,
      1,
      longestStartMs,
    ),
    kill: checkOneOf('kill', killModes, options.kill ?? 'mixed'),
    signals: checkOneOf('signals', [true, false], options.signals ?? true),
    control: options.control ?? {},
    policy: choosePolicy(options.exitCode, environment),
    logger: options.logger ?? createConsoleLogger(name),
    clock: options.clock ?? systemClock,
    signalSource: options.signalSource ?? processSignals,
    lifecycle: pickLifecycleOptions(options),
  };
}

/**
 * Checks that a profile says how to do a mode, and gives the mode back.
 * @throws OptionsError
 */
export function checkMode(mode: StopMode, profile: StopProfile): StopMode {
  if (mode === 'force' || (isStopMode(mode) && profile.modes[mode] !== undefined)) return mode;
  const has = [...profileModes.filter((each) => profile.modes[each] !== undefined), 'force'];
  throw new OptionsError(
    'mode',
    `must be one that the profile "${profile.name}" has: ${has.join(', ')}`,
    mode,
  );
}

function checkArgument(option: string, value: unknown): string {
  if (typeof value !== 'string') throw new OptionsError(option, 'must be a text', value);
  return value;
}

function checkFolder(cwd: string | undefined): string | undefined {
  if (cwd === undefined || statSync(cwd, { throwIfNoEntry: false })?.isDirectory() === true) return cwd;
  throw new OptionsError('cwd', 'must be a folder', cwd);
}

function chooseReadiness(
  wanted: SupervisorOptions['readiness'],
  monitoring: string | undefined,
): ResolvedReadiness | undefined {
  if (wanted === false) return undefined;
  if (wanted !== undefined) return resolveReadiness(wanted);
  // The check that the server's own Helm chart makes a readiness probe of; other checks fail while streams recover.
  return monitoring === undefined
    ? undefined
    : { kind: 'http', url: `${monitoring}/healthz?js-server-only=true` };
}

/** Only whether and which: the lifecycle, which reads the same two places, refuses what is none. */
function choosePolicy(
  policy: ExitCodePolicy | undefined,
  environment: NodeJS.ProcessEnv,
): ExitCodePolicy | undefined {
  if (policy !== undefined) return policy;
  const text = environment['QUIESCE_SHUTDOWN_EXIT_CODE'];
  return text === undefined || text === '' ? undefined : (text as ExitCodePolicy);
}

function pickLifecycleOptions(options: SupervisorOptions): ResolvedSupervisorOptions['lifecycle'] {
  const picked = [
    'instance',
    'timeoutMs',
    'announceMs',
    'platformGraceMs',
    'signalDebounceMs',
    'exit',
    'exitCode',
    'stateFile',
    'reportFile',
    'watchdog',
    'logger',
    'clock',
    'signalSource',
  ] as const;
  return Object.fromEntries(
    picked.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}
