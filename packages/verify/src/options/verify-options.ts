import type { ScenarioId } from '../plan/scenario-ids.js';
import type { VerifyProgress } from '../progress.js';

/** The signals that stop a service. */
export type StopSignal = 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2';

/** How the main process is expected to end: an exit code, a signal that it dies of, or `any`. */
export type ExpectedExit = number | NodeJS.Signals | 'any';

/** A request of the user's own, for the load. */
export interface RequestInput {
  readonly name?: string;
  /** @default 'GET' */
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The status that it must have. @default what the baseline shows */
  readonly status?: number;
  /** `download`: read slowly. `upload`: its body is sent slowly. `long`: takes longer than any drain. @default 'load' */
  readonly role?: 'load' | 'upload' | 'download' | 'long';
  /** How often it is sent, relative to the others. @default 1 */
  readonly weight?: number;
}

/** How much load; all optional. */
export interface LoadOptions {
  /** Processes that send it. @default 1 */
  readonly processes?: number;
  /** Keep-alive connections in a closed loop. @default 32 */
  readonly connections?: number;
  /** Mean pause of a keep-alive client between an answer and its next request, in milliseconds. @default 10 */
  readonly thinkMs?: number;
  /** New connections a second, one request each, at a fixed rate. @default 100 */
  readonly newPerSecond?: number;
  /** Clients that send a body slowly. @default 4 */
  readonly uploads?: number;
  /** Clients that read a large body slowly, where a `download` request is given. @default 4 */
  readonly downloads?: number;
  /** Connections that send several requests at once. @default 2 */
  readonly pipelined?: number;
  /** HTTP/2 sessions in a closed loop, where the server speaks it. @default 4 */
  readonly http2?: number;
  /** Idle, silent and half-header connections, each. @default 4 */
  readonly held?: number;
}

/** Written ids are read back after a restart. Paths and bodies may hold `{id}`. */
export interface DurableOptions {
  readonly write: { readonly method: string; readonly path: string; readonly body?: string };
  readonly read: { readonly method: string; readonly path: string };
}

/** The platforms whose stop can be played. */
export type PlatformName = 'kubernetes' | 'ecs' | 'systemd' | 'docker';

/** How a platform stops a server; durations in milliseconds. */
export interface PlatformOptions {
  readonly name: PlatformName;
  /** From the begin of the stop to SIGKILL. @default what the platform gives: 30 s, ECS 30 s, systemd 90 s, Docker 10 s */
  readonly graceMs?: number;
  /** How long the preStop hook sleeps before the signal. @default 0 */
  readonly preStopMs?: number;
  /** The median of the time after which a client learns that the server is gone. @default 2 s; systemd, Docker: never */
  readonly propagationMs?: number;
}

/** Options of {@link verify}. Durations in milliseconds. */
export interface VerifyOptions {
  /** The server's command and its arguments. It gets a free port in `PORT`. One of `command` and `url` must be given. */
  readonly command?: readonly string[];
  /**
   * A server that is not ours: nothing is started, and nothing is stopped but by `stopCommand` or by hand. Only then may
   * traffic leave this machine. Clauses about its process do not apply.
   */
  readonly url?: string;
  /** With `url`: the shell command that stops the server, run when the load is in its stride. @default by hand */
  readonly stopCommand?: string;
  /** With `url`: how long the load lasts from there, unless the server is gone before. @default 60_000 */
  readonly watchMs?: number;
  /** @default the current directory */
  readonly cwd?: string;
  /** @default this process's environment */
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  /** How many times it is started and stopped. @default 20, with `url` 1; without `stopCommand` never more */
  readonly runs?: number;
  /** Repeats the plan of an earlier judging. @default a random one, printed */
  readonly seed?: string;
  /** The signal that stops it. @default 'SIGTERM' */
  readonly signal?: StopSignal;
  /** The path that tells readiness. @default none: any answer to `path` */
  readonly ready?: string;
  /** The path that tells liveness. @default none */
  readonly live?: string;
  /** The path of a WebSocket. @default none */
  readonly websocket?: string;
  /** The path of an event stream. @default none */
  readonly sse?: string;
  /** The path of the default request. @default '/' */
  readonly path?: string;
  /** The port, when it does not follow `PORT`. @default found in what the process group listens on */
  readonly port?: number;
  /** Whether it speaks TLS. Its certificate is not checked. @default false */
  readonly tls?: boolean;
  /** @default 0 */
  readonly expectExit?: ExpectedExit;
  /** From the stop signal to SIGKILL, as the platform will do it. @default 30_000, as Kubernetes and ECS */
  readonly deadlineMs?: number;
  /** @default 30_000 */
  readonly startTimeoutMs?: number;
  /** How soon after the last answer it must have ended. @default 2_000 */
  readonly endWithinMs?: number;
  /** How long it promises to serve everything after the signal. @default not promised */
  readonly announceMs?: number;
  readonly load?: LoadOptions;
  /** @default a GET of `path` */
  readonly requests?: readonly RequestInput[];
  /** Lines of its output that match and hold a request's `X-Request-Id` say that the handler ran. @default none */
  readonly servedLog?: RegExp;
  /** A header that only the handler sets: an answer that carries it says that the handler ran. @default none */
  readonly servedHeader?: string;
  /** What only the handler writes into a body, within its first 64 KiB. @default none */
  readonly servedBody?: RegExp;
  readonly durable?: DurableOptions;
  /** Plays the sequence of a platform, in its real timing. @default none */
  readonly platform?: PlatformOptions;
  /** Plays these scenarios and no others; the clauses of the others are not applicable. @default all */
  readonly only?: readonly ScenarioId[];
  /** Plays every planned run, also of a scenario that has hung twice. @default false */
  readonly keepGoing?: boolean;
  /** Ends the judging, and everything that it started. */
  readonly interrupt?: AbortSignal;
  readonly onProgress?: (progress: VerifyProgress) => void;
}
