import type { Clock, Logger, SignalSource } from '@quiesce/core';
import type { MetricsRegistry } from '../metrics/registry.js';
import type { HealthCheck } from '../probes/health-check.js';
import type { ControlToken } from '../security/tokens.js';
import type { ControlLimits } from './limits.js';

/** The listener that everybody may reach. */
export interface ProbesOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  /** @default every address of the machine, since kubelets and load balancers come from outside */
  readonly host?: string;
  /** Whether `/metrics` is served there too, to anyone. @default true */
  readonly metrics?: boolean;
}

/** Options of {@link controlServer}. All optional. */
export interface ControlServerOptions {
  /**
   * Where the Unix socket is, or `false` for none.
   * @default `$XDG_RUNTIME_DIR/quiesce/<name>.sock`, else `/run/quiesce/<name>.sock` for root and for whoever that
   * directory belongs to, else `/tmp/quiesce-<uid>/<name>.sock`
   */
  readonly socketPath?: string | false;
  /** A port on the loopback address for callers with a token; 0 lets the system choose. @default none */
  readonly port?: number;
  /** The loopback address of `port`. Any other is refused. @default '127.0.0.1' */
  readonly host?: string;
  /** Who may call over `port`, and as what. @default nobody */
  readonly tokens?: readonly ControlToken[];
  /** Names that a `Host` header may have beside `localhost` and loopback addresses. @default [] */
  readonly allowedHosts?: readonly string[];
  /** Where the audit log is written. @default nowhere; sensitive calls still appear in the log */
  readonly auditFile?: string;
  /**
   * What becomes of a stop that is asked for over TCP while the audit log cannot be written: `refuse` answers 503,
   * `allow` lets it through. The owner of the socket is let through in either case. @default 'refuse'
   */
  readonly auditFailure?: 'refuse' | 'allow';
  /** The signal that makes the audit log open its file anew, after a rotation. @default 'SIGHUP' with `auditFile` */
  readonly reopenSignal?: NodeJS.Signals | false;
  /** The listener for probes and metrics. @default none; the control listeners serve them too */
  readonly probes?: ProbesOptions;
  /** What the probes ask, beside the state of the service itself. @default [] */
  readonly checks?: readonly HealthCheck[];
  /** What the mode `ldm` means in a request. @default 'last-ditch' */
  readonly ldm?: 'lame-duck' | 'last-ditch';
  /** A registry of prom-client that takes in the metrics. @default one of its own */
  readonly registry?: MetricsRegistry;
  /** Whether OpenTelemetry gets metrics and spans, when the process has set it up. @default true */
  readonly telemetry?: boolean;
  readonly limits?: ControlLimits;
  /** @default lines on the standard error */
  readonly logger?: Logger;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** @default the signals of this process */
  readonly signalSource?: SignalSource;
}
