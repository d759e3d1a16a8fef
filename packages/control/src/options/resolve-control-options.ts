import { isIP } from 'node:net';
import {
  type Clock,
  createConsoleLogger,
  type Logger,
  OptionsError,
  processSignals,
  type SignalSource,
  systemClock,
} from '@quiesce/core';
import type { MetricsRegistry } from '../metrics/registry.js';
import { type ResolvedHealthCheck, resolveHealthChecks } from '../probes/health-check.js';
import { parseHost } from '../security/host-check.js';
import { isLoopbackAddress } from '../security/loopback.js';
import { type HashedToken, resolveTokens } from '../security/tokens.js';
import {
  checkArray,
  checkBoolean,
  checkKnown,
  checkMethods,
  checkObject,
  checkOneOf,
  checkPortNumber,
  checkText,
} from './checks.js';
import type { ControlServerOptions, ProbesOptions } from './control-options.js';
import { type ResolvedControlLimits, resolveLimits } from './limits.js';

/** Where one TCP listener listens. */
export interface TcpAddress {
  readonly port: number;
  /** Undefined: every address of the machine. */
  readonly host: string | undefined;
}

/** Options after validation, with every default in its place. */
export interface ResolvedControlServerOptions {
  /** Undefined: the default place. */
  readonly socketPath: string | false | undefined;
  readonly tcp: TcpAddress | undefined;
  readonly tokens: readonly HashedToken[];
  readonly allowedHosts: ReadonlySet<string>;
  readonly auditFile: string | undefined;
  readonly auditFailure: 'refuse' | 'allow';
  readonly reopenSignal: NodeJS.Signals | false;
  readonly probes: (TcpAddress & { readonly metrics: boolean }) | undefined;
  readonly checks: readonly ResolvedHealthCheck[];
  readonly ldm: 'lame-duck' | 'last-ditch';
  readonly registry: MetricsRegistry | undefined;
  readonly telemetry: boolean;
  readonly limits: ResolvedControlLimits;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly signalSource: SignalSource;
}

const optionNames: Readonly<Record<keyof ControlServerOptions, true>> = {
  socketPath: true,
  port: true,
  host: true,
  tokens: true,
  allowedHosts: true,
  auditFile: true,
  auditFailure: true,
  reopenSignal: true,
  probes: true,
  checks: true,
  ldm: true,
  registry: true,
  telemetry: true,
  limits: true,
  logger: true,
  clock: true,
  signalSource: true,
};

/**
 * Checks all options of a control server and fills in what was left out.
 * @throws OptionsError
 */
export function resolveControlServerOptions(
  name: string,
  options: ControlServerOptions,
): ResolvedControlServerOptions {
  checkObject('options', options);
  checkKnown('', options, optionNames);
  checkMethods('registry', options.registry, ['metrics', 'registerMetric']);
  checkMethods('logger', options.logger, ['info', 'warn', 'error']);
  checkMethods('clock', options.clock, ['now', 'wallTime', 'setTimer']);
  checkMethods('signalSource', options.signalSource, ['on']);
  const tokens = resolveTokens(checkArray('tokens', options.tokens));
  const tcp = resolveTcp(options, tokens);
  return {
    socketPath: resolveSocketPath(options.socketPath),
    tcp,
    tokens,
    allowedHosts: resolveAllowedHosts(options.allowedHosts, tcp),
    auditFile: options.auditFile === undefined ? undefined : checkText('auditFile', options.auditFile),
    auditFailure: checkOneOf('auditFailure', ['refuse', 'allow'], options.auditFailure ?? 'refuse'),
    reopenSignal: resolveReopenSignal(options.reopenSignal),
    probes: resolveProbes(options.probes),
    checks: resolveHealthChecks(options.checks),
    ldm: checkOneOf('ldm', ['lame-duck', 'last-ditch'], options.ldm ?? 'last-ditch'),
    registry: options.registry,
    telemetry: checkBoolean('telemetry', options.telemetry) ?? true,
    limits: resolveLimits(options.limits),
    logger: options.logger ?? createConsoleLogger(name),
    clock: options.clock ?? systemClock,
    signalSource: options.signalSource ?? processSignals,
  };
}

function resolveSocketPath(socketPath: string | false | undefined): string | false | undefined {
  if (socketPath === undefined || socketPath === false) return socketPath;
  checkText('socketPath', socketPath);
  if (socketPath.includes('\0')) {
    throw new OptionsError('socketPath', 'must be a path: an abstract socket has no owner', socketPath);
  }
  return socketPath;
}

function resolveTcp(
  { port, host }: ControlServerOptions,
  tokens: readonly HashedToken[],
): TcpAddress | undefined {
  checkPortNumber('port', port);
  if (port === undefined) {
    if (host !== undefined) throw new OptionsError('host', 'is of no use without a port', host);
    if (tokens.length > 0) throw new OptionsError('tokens', 'are of no use without a port', tokens);
    return undefined;
  }
  if (tokens.length === 0) {
    throw new OptionsError('tokens', 'must have an entry when a port is given: nobody could call it', tokens);
  }
  const address = host === undefined || host === 'localhost' ? '127.0.0.1' : checkText('host', host);
  if (!isLoopbackAddress(address)) {
    const rule =
      'must be a loopback address: who reaches the control endpoint can try to stop the service, and nothing ' +
      'there is encrypted; come through the socket, an SSH tunnel or a port forwarding instead. Probes and metrics ' +
      'have an address of their own (probes.host)';
    throw new OptionsError('host', rule, host);
  }
  return { port, host: address };
}

function resolveAllowedHosts(
  names: readonly string[] | undefined,
  tcp: TcpAddress | undefined,
): ReadonlySet<string> {
  const extra = checkArray('allowedHosts', names).map((each) => {
    const name = parseHost(each);
    if (name === undefined) throw new OptionsError('allowedHosts', 'must be names of hosts', each);
    return name;
  });
  const own = tcp?.host === undefined ? [] : [isIP(tcp.host) === 6 ? `[${tcp.host}]` : tcp.host];
  return new Set(['localhost', '127.0.0.1', '[::1]', ...own, ...extra]);
}

function resolveReopenSignal(signal: NodeJS.Signals | false | undefined): NodeJS.Signals | false {
  if (signal === undefined) return 'SIGHUP';
  if (signal === false) return false;
  if (typeof signal !== 'string' || !signal.startsWith('SIG')) {
    throw new OptionsError('reopenSignal', 'must be the name of a signal, or false', signal);
  }
  return signal;
}

function resolveProbes(probes: ProbesOptions | undefined): ResolvedControlServerOptions['probes'] {
  if (probes === undefined) return undefined;
  checkObject('probes', probes);
  checkKnown('probes', probes, { port: true, host: true, metrics: true });
  const port = checkPortNumber('probes.port', probes.port);
  if (port === undefined) throw new OptionsError('probes.port', 'must be given', port);
  return {
    port,
    host: probes.host === undefined ? undefined : checkText('probes.host', probes.host),
    metrics: checkBoolean('probes.metrics', probes.metrics) ?? true,
  };
}
