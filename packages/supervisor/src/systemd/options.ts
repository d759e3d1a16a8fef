import { type Clock, createConsoleLogger, type Logger, OptionsError } from '@quiesce/core';
import { backgroundClock } from './background-clock.js';
import type { NotifyTransport } from './transports/transport.js';

/** Options of `systemdNotify`. All optional. */
export interface SystemdNotifyOptions {
  /**
   * How long after its last progress a stop counts as stalled, in milliseconds: up to then more time is asked for, and
   * never beyond the stop's own deadline. At least 1 000. @default 10_000
   */
  readonly stallMs?: number;
  /**
   * Whether `WATCHDOG=1` may be sent. It is asked for it twice in each `WatchdogSec=`, and must answer at once.
   * @default always: a blocked event loop sends nothing anyway
   */
  readonly isHealthy?: () => boolean;
  /** Where `NOTIFY_SOCKET` and the others are. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /**
   * Whether those variables are taken out of `env`, so that no child can speak for the service.
   * @default true
   */
  readonly unsetEnvironment?: boolean;
  /** A way of your own to send a datagram, such as a native addon. @default the best that is there */
  readonly transport?: NotifyTransport;
  /** @default a line on the standard error */
  readonly logger?: Logger;
  /** @default the machine's, with timers that keep no process alive */
  readonly clock?: Clock;
}

/** Options after validation, with every default in its place. */
export interface ResolvedSystemdNotifyOptions {
  readonly stallMs: number;
  readonly isHealthy: () => boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly unsetEnvironment: boolean;
  readonly transport: NotifyTransport | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
}

const optionNames: Readonly<Record<keyof SystemdNotifyOptions, true>> = {
  stallMs: true,
  isHealthy: true,
  env: true,
  unsetEnvironment: true,
  transport: true,
  logger: true,
  clock: true,
};

/** More often than four times a second nobody should be told of progress. */
const leastStallMs = 1_000;

/**
 * Checks all options and fills in what was left out.
 * @throws OptionsError
 */
export function resolveSystemdNotifyOptions(
  name: string,
  options: SystemdNotifyOptions,
): ResolvedSystemdNotifyOptions {
  for (const option of Object.keys(options)) {
    if (!Object.hasOwn(optionNames, option)) {
      const known = Object.keys(optionNames).join(', ');
      throw new OptionsError(option, `is not an option; there are ${known}`, option);
    }
  }
  for (const option of ['isHealthy', 'transport'] as const) {
    const value: unknown = options[option];
    if (value !== undefined && typeof value !== 'function') {
      throw new OptionsError(option, 'must be a function', value);
    }
  }
  return {
    stallMs: checkStall(options.stallMs ?? 10_000),
    isHealthy: options.isHealthy ?? (() => true),
    env: options.env ?? process.env,
    unsetEnvironment: options.unsetEnvironment ?? true,
    transport: options.transport,
    logger: options.logger ?? createConsoleLogger(name),
    clock: options.clock ?? backgroundClock,
  };
}

function checkStall(stallMs: unknown): number {
  if (typeof stallMs !== 'number' || !Number.isFinite(stallMs) || stallMs < leastStallMs) {
    throw new OptionsError('stallMs', `must be a finite number, ${leastStallMs} or more`, stallMs);
  }
  return stallMs;
}
