import { hostname } from 'node:os';
import { modeRules } from '../contract/modes.js';
import { OptionsError, PlanError } from '../errors.js';
import { type Clock, systemClock } from '../ports/clock.js';
import { createConsoleLogger, createSafeLogger, type Logger } from '../ports/logger.js';
import { processSignals, type SignalSource } from '../ports/signal-source.js';
import { resolvePlan, type StopPlan } from '../stop/plan.js';
import {
  checkAbsent,
  checkBoolean,
  checkDuration,
  checkObject,
  checkOneOf,
  checkPort,
  checkText,
} from './checks.js';
import type { ExitCodePolicy, LifecycleOptions, SignalModes } from './lifecycle-options.js';

/** Options after validation, with every default in its place. */
export interface ResolvedLifecycleOptions {
  readonly name: string;
  readonly instance: string;
  readonly host: string;
  readonly plan: StopPlan;
  /** The longest timeout that a request may bring, in milliseconds. */
  readonly longestTimeoutMs: number;
  readonly signals: SignalModes | false;
  readonly signalDebounceMs: number;
  /** Undefined: it depends on whether `run()` was called. */
  readonly exit: boolean | undefined;
  readonly exitCode: ExitCodePolicy;
  readonly overrideExit: LifecycleOptions['overrideExit'];
  readonly crash: 'graceful' | 'last-ditch' | false | undefined;
  readonly stateFile: string | undefined;
  readonly reportFile: string | undefined;
  readonly watchdog: boolean | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly signalSource: SignalSource;
}

const defaultTimeoutMs = 25_000;
/** What must be left of the platform's grace after the timeout, for the watchdog and the process's own end. */
const platformMarginMs = 1_000;
const exitCodePolicies: readonly ExitCodePolicy[] = ['0', '1', 'legacy'];
const defaultSignals: SignalModes = { SIGTERM: 'graceful', SIGINT: 'graceful' };
/** Signals that a process cannot handle, or must not. Source: signal(7), Node.js process documentation. */
const unusableSignals = new Set(['SIGKILL', 'SIGSTOP', 'SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGPROF']);

const optionNames: Readonly<Record<keyof LifecycleOptions, true>> = {
  name: true,
  instance: true,
  timeoutMs: true,
  announceMs: true,
  lameDuckMs: true,
  lameDuckGraceMs: true,
  reserveMs: true,
  platformGraceMs: true,
  signals: true,
  signalDebounceMs: true,
  exit: true,
  exitCode: true,
  overrideExit: true,
  crash: true,
  stateFile: true,
  reportFile: true,
  watchdog: true,
  logger: true,
  clock: true,
  signalSource: true,
};

/**
 * Checks all options of a lifecycle and fills in what was left out.
 * @throws OptionsError, PlanError
 */
export function resolveLifecycleOptions(
  options: LifecycleOptions,
  environment: NodeJS.ProcessEnv = process.env,
): ResolvedLifecycleOptions {
  checkObject('options', options);
  checkAbsent(options, optionNames);
  checkText('name', options.name);
  if (options.instance !== undefined) checkText('instance', options.instance);
  checkProcessOptions(options);
  const host = hostname();
  return {
    name: options.name,
    instance: options.instance ?? `${host}:${process.pid}`,
    host,
    ...resolveTimes(options, environment),
    signals: resolveSignals(options.signals),
    signalDebounceMs: checkDuration('signalDebounceMs', options.signalDebounceMs) ?? 500,
    exit: options.exit,
    exitCode: resolveExitCodePolicy(options.exitCode, environment),
    overrideExit: options.overrideExit,
    crash: options.crash,
    stateFile: options.stateFile,
    reportFile: options.reportFile,
    watchdog: options.watchdog,
    logger: createSafeLogger(options.logger ?? createConsoleLogger(options.name)),
    clock: options.clock ?? systemClock,
    signalSource: options.signalSource ?? processSignals,
  };
}

function checkProcessOptions(options: LifecycleOptions): void {
  checkBoolean('exit', options.exit);
  checkBoolean('watchdog', options.watchdog);
  if (options.crash !== undefined && options.crash !== false) {
    checkOneOf('crash', ['graceful', 'last-ditch', false], options.crash);
  }
  if (options.stateFile !== undefined) checkText('stateFile', options.stateFile);
  if (options.reportFile !== undefined) checkText('reportFile', options.reportFile);
  if (options.overrideExit !== undefined && typeof options.overrideExit !== 'function') {
    throw new OptionsError('overrideExit', 'must be a function', options.overrideExit);
  }
  checkPort('logger', options.logger, ['info', 'warn', 'error']);
  checkPort('clock', options.clock, ['now', 'wallTime', 'setTimer']);
  checkPort('signalSource', options.signalSource, ['on']);
}

function resolveTimes(
  options: LifecycleOptions,
  environment: NodeJS.ProcessEnv,
): Pick<ResolvedLifecycleOptions, 'plan' | 'longestTimeoutMs'> {
  const graceMs = resolvePlatformGrace(options.platformGraceMs, environment);
  const longestTimeoutMs = graceMs === undefined ? Number.MAX_SAFE_INTEGER : graceMs - platformMarginMs;
  if (longestTimeoutMs <= 0) {
    throw new PlanError(
      `a platform grace of ${graceMs} ms leaves no time for a stop; ${platformMarginMs} ms are kept back`,
    );
  }
  const timeoutMs =
    checkDuration('timeoutMs', options.timeoutMs, 1) ?? Math.min(defaultTimeoutMs, longestTimeoutMs);
  if (timeoutMs > longestTimeoutMs) {
    throw new PlanError(
      `timeoutMs ${timeoutMs} + ${platformMarginMs} is more than the ${graceMs} ms the platform gives before SIGKILL`,
    );
  }
  const reserveMs = options.reserveMs ?? {};
  checkObject('reserveMs', reserveMs);
  const plan = resolvePlan({
    timeoutMs,
    announceMs: checkDuration('announceMs', options.announceMs) ?? 0,
    lameDuckMs: checkDuration('lameDuckMs', options.lameDuckMs, 1),
    lameDuckGraceMs: checkDuration('lameDuckGraceMs', options.lameDuckGraceMs),
    persistMs: checkDuration('reserveMs.persist', reserveMs.persist),
    releaseMs: checkDuration('reserveMs.release', reserveMs.release),
  });
  return { plan, longestTimeoutMs };
}

function resolvePlatformGrace(
  graceMs: number | undefined,
  environment: NodeJS.ProcessEnv,
): number | undefined {
  if (graceMs !== undefined) return checkDuration('platformGraceMs', graceMs, 1);
  const text = environment['QUIESCE_PLATFORM_GRACE'];
  if (text === undefined || text === '') return undefined;
  const seconds = Number(text);
  if (!Number.isFinite(seconds) || seconds <= 0) {
    throw new OptionsError('QUIESCE_PLATFORM_GRACE', 'must be a number of seconds above 0', text);
  }
  return seconds * 1_000;
}

function resolveSignals(signals: SignalModes | false | undefined): SignalModes | false {
  if (signals === undefined) return defaultSignals;
  if (signals === false) return false;
  checkObject('signals', signals);
  for (const [signal, mode] of Object.entries(signals)) {
    if (!signal.startsWith('SIG') || unusableSignals.has(signal)) {
      throw new OptionsError('signals', 'must name signals that a process can handle', signal);
    }
    checkOneOf(`signals.${signal}`, Object.keys(modeRules), mode);
  }
  return signals;
}

function resolveExitCodePolicy(
  policy: ExitCodePolicy | undefined,
  environment: NodeJS.ProcessEnv,
): ExitCodePolicy {
  if (policy !== undefined) return checkOneOf('exitCode', exitCodePolicies, policy);
  const text = environment['QUIESCE_SHUTDOWN_EXIT_CODE'];
  if (text === undefined || text === '') return '0';
  return checkOneOf('QUIESCE_SHUTDOWN_EXIT_CODE', exitCodePolicies, text);
}
