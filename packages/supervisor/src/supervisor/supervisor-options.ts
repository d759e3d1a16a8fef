import type { ControlServerOptions } from '@quiesce/control';
import type { LifecycleOptions, StopMode } from '@quiesce/core';
import type { KillMode } from '../processes/send-signal.js';
import type { StopProfile } from '../profiles/stop-profile.js';
import type { ReadinessOptions } from '../readiness/readiness-options.js';

/** The options of a lifecycle that are those of a supervisor too. */
type OwnLifecycleOptions = Pick<
  LifecycleOptions,
  | 'instance'
  | 'timeoutMs'
  | 'announceMs'
  | 'platformGraceMs'
  | 'signalDebounceMs'
  | 'exit'
  | 'exitCode'
  | 'stateFile'
  | 'reportFile'
  | 'watchdog'
  | 'logger'
  | 'clock'
  | 'signalSource'
>;

/** Options of {@link createSupervisor}. All optional but `command`; durations in milliseconds. */
export interface SupervisorOptions extends OwnLifecycleOptions {
  /** The program: a path, or a name that is looked for in `PATH`. No shell is in between. */
  readonly command: string;
  /** @default [] */
  readonly args?: readonly string[];
  /** The service's name, in reports, logs, metrics and the name of the socket. @default the program's */
  readonly name?: string;
  /** @default this process's */
  readonly cwd?: string;
  /** Added to this process's environment; `undefined` takes a variable out. @default {} */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** How the program wants to be stopped: the name of a profile, or one of your own. @default chosen by the program's name */
  readonly profile?: string | StopProfile;
  /** The mode of a stop that SIGTERM or SIGINT begins. @default 'graceful' */
  readonly mode?: StopMode;
  /**
   * Whether stop signals are listened to, and those the command may want (SIGHUP, SIGUSR1, …) passed on to it.
   * @default true
   */
  readonly signals?: boolean;
  /** When the command is ready, or `false` for at once. @default what the profile can derive, else at once */
  readonly readiness?: ReadinessOptions | false;
  /** How long it may take until the command is ready. @default 60_000 */
  readonly startTimeoutMs?: number;
  /**
   * Whom signals go to. `mixed`: stop signals to the command alone, SIGKILL to all it has started. `group`: every signal
   * to its whole process group. `process`: the command alone; what it leaves behind is left. @default 'mixed'
   */
  readonly kill?: KillMode;
  /** The control endpoint, or `false` for none. @default a Unix socket in the runtime directory */
  readonly control?: Omit<ControlServerOptions, 'ldm'> | false;
}
