import type { StopMode } from '../contract/modes.js';
import type { ExitReport, StopOutcome } from '../contract/report.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { SignalSource } from '../ports/signal-source.js';

/**
 * The exit code of a *clean* stop. `0` and `1`: that code. `legacy`: 1 after SIGTERM and 0 otherwise, as
 * nats-server did before 2.11. Stops that were not clean keep codes of their own; see `docs/exit-codes.md`.
 */
export type ExitCodePolicy = '0' | '1' | 'legacy';

/** Which signals stop the service, and in which mode. */
export type SignalModes = Readonly<Partial<Record<NodeJS.Signals, StopMode>>>;

/** The time that no earlier phase may use, in milliseconds. */
export interface ReserveMs {
  /** @default 5_000, less when the timeout is short */
  readonly persist?: number;
  /** @default 2_000, less when the timeout is short */
  readonly release?: number;
}

/** Options of {@link createLifecycle}. All optional but `name`; durations in milliseconds. */
export interface LifecycleOptions {
  /** The service's name, in reports, logs and metrics. */
  readonly name: string;
  /** Which one of the service's processes this is. @default `<host>:<pid>` */
  readonly instance?: string;
  /** From the stop's request to the exit. @default 25_000, inside the 30 s of Kubernetes and ECS */
  readonly timeoutMs?: number;
  /** How long everything is still served after readiness turned red. @default 0 */
  readonly announceMs?: number;
  /** How long a `lame-duck` stop takes to send all clients away. @default 10_000, less when the timeout is short */
  readonly lameDuckMs?: number;
  /** How long a `lame-duck` stop waits before the first client goes. @default 1_000, less when `lameDuckMs` is short */
  readonly lameDuckGraceMs?: number;
  readonly reserveMs?: ReserveMs;
  /**
   * What the platform gives before it sends SIGKILL; a plan that does not fit with a second to spare is refused.
   * @default `QUIESCE_PLATFORM_GRACE` (seconds), else not checked
   */
  readonly platformGraceMs?: number;
  /** @default { SIGTERM: 'graceful', SIGINT: 'graceful' } */
  readonly signals?: SignalModes | false;
  /** Stop signals that come within this time of the first of a press belong to that press. @default 500 */
  readonly signalDebounceMs?: number;
  /** Whether the process is ended when the stop is over. @default true in `run()`, else false */
  readonly exit?: boolean;
  /** @default `QUIESCE_SHUTDOWN_EXIT_CODE`, else '0' */
  readonly exitCode?: ExitCodePolicy;
  /**
   * Gives a stop another exit code than the policy does, for who passes on the code of another process; `undefined`
   * leaves it to the policy. Asked whenever the report is put together, so it must answer fast and never throw.
   * @default the policy alone
   */
  readonly overrideExit?: (outcome: StopOutcome) => ExitReport | undefined;
  /**
   * The mode of the stop that an uncaught exception or an unhandled rejection starts, or `false` to leave those to
   * the host program. @default 'last-ditch' in `run()`, else false
   */
  readonly crash?: 'graceful' | 'last-ditch' | false;
  /** A file that exists while a stop runs, so that the next start can tell that it was killed. @default none */
  readonly stateFile?: string;
  /** Where the report is written, as JSON. @default nowhere */
  readonly reportFile?: string;
  /** Whether a thread ends the process when its event loop is blocked past the deadline. @default the same as `exit`, on the main thread */
  readonly watchdog?: boolean;
  /** @default lines on the standard error */
  readonly logger?: Logger;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** @default the signals of this process */
  readonly signalSource?: SignalSource;
}
