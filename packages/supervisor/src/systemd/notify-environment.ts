import { parseDescriptor } from './notify-descriptor.js';

/** What a service manager has put into the environment of a service that may notify it; see sd_notify(3). */
export interface NotifyEnvironment {
  /** The value of `NOTIFY_SOCKET`: a path, or the name of an abstract socket after `@`. */
  readonly socket: string;
  /** A descriptor that is connected to that socket: `OpenFile=` of systemd 253. */
  readonly descriptor?: number;
  /** How often it must hear `WATCHDOG=1`, in milliseconds: `WatchdogSec=`. Absent when it does not listen for it. */
  readonly watchdogMs?: number;
}

const notifyVariables = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'] as const;

/**
 * Reads what the service manager has said; `undefined` when there is none that wants to be notified, or its address
 * is one that sd_notify(3) does not define.
 */
export function readNotifyEnvironment(env: NodeJS.ProcessEnv, pid: number): NotifyEnvironment | undefined {
  const socket = env['NOTIFY_SOCKET'];
  if (socket === undefined || !/^[/@]./.test(socket)) return undefined;
  const descriptor = parseDescriptor(env, pid);
  const watchdogMs = parseWatchdog(env, pid);
  return {
    socket,
    ...(descriptor === undefined ? {} : { descriptor }),
    ...(watchdogMs === undefined ? {} : { watchdogMs }),
  };
}

/**
 * A copy of an environment without what concerns notifications: for a child that must not speak for its parent, as
 * it could where `NotifyAccess=all` is set.
 */
export function withoutNotifyVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const copy = { ...env };
  removeNotifyVariables(copy);
  return copy;
}

/** Takes out of an environment what concerns notifications, as sd_notify(3) does with `unset_environment`. */
export function removeNotifyVariables(env: NodeJS.ProcessEnv): void {
  for (const variable of notifyVariables) delete env[variable];
}

/** A watchdog that is meant for another process is none of ours; see sd_watchdog_enabled(3). */
function parseWatchdog(env: NodeJS.ProcessEnv, pid: number): number | undefined {
  const { WATCHDOG_USEC: microseconds = '', WATCHDOG_PID: owner } = env;
  if (owner !== undefined && owner !== String(pid)) return undefined;
  return /^[1-9]\d{0,15}$/.test(microseconds) ? Number(microseconds) / 1_000 : undefined;
}
