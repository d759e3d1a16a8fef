import { randomBytes } from 'node:crypto';
import { VerifyOptionsError } from '../errors.js';
import type { ScenarioId } from '../plan/scenario-ids.js';
import { type ResolvedPlatform, resolvePlatform } from '../platform/resolve-platform.js';
import { type ResolvedRemote, resolveRemote } from './resolve-remote.js';
import { resolveMarker, type ServedMarker } from './served-marker.js';
import type {
  DurableOptions,
  ExpectedExit,
  LoadOptions,
  RequestInput,
  StopSignal,
  VerifyOptions,
} from './verify-options.js';

export type ResolvedLoadOptions = Required<LoadOptions>;

/** {@link VerifyOptions}, checked and with every default in its place. */
export interface ResolvedVerifyOptions {
  /** Empty with `remote`. */
  readonly command: readonly string[];
  /** A server that is not ours. */
  readonly remote: ResolvedRemote | undefined;
  readonly cwd: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly runs: number;
  readonly seed: string;
  readonly signal: StopSignal;
  readonly ready: string | undefined;
  readonly live: string | undefined;
  readonly websocket: string | undefined;
  readonly sse: string | undefined;
  readonly path: string;
  readonly port: number | undefined;
  readonly tls: boolean;
  readonly expectExit: ExpectedExit;
  readonly deadlineMs: number;
  readonly startTimeoutMs: number;
  readonly endWithinMs: number;
  readonly announceMs: number | undefined;
  readonly load: ResolvedLoadOptions;
  readonly requests: readonly RequestInput[];
  readonly servedLog: RegExp | undefined;
  readonly marker: ServedMarker | undefined;
  readonly durable: DurableOptions | undefined;
  readonly platform: ResolvedPlatform | undefined;
  readonly only: readonly ScenarioId[] | undefined;
  readonly keepGoing: boolean;
  readonly interrupt: AbortSignal | undefined;
  readonly onProgress: NonNullable<VerifyOptions['onProgress']>;
}

const mostRuns = 10_000;
const mostTemplates = 200;
const longestMs = 3_600_000;

/** Checks every option. Throws {@link VerifyOptionsError} at the first that breaks its rule. */
export function resolveVerifyOptions(options: VerifyOptions): ResolvedVerifyOptions {
  const remote = resolveRemote(options);
  const command = options.command ?? [];
  if (remote === undefined && command.length === 0) {
    throw new VerifyOptionsError('command', 'must name the server to start', '');
  }
  const path = checkPath('path', options.path ?? remote?.path ?? '/');
  const requests = options.requests ?? [{ path }];
  return {
    command,
    remote,
    cwd: options.cwd ?? process.cwd(),
    env: options.env ?? process.env,
    runs: resolveRuns(options),
    seed: options.seed ?? randomBytes(4).toString('hex'),
    signal: options.signal ?? 'SIGTERM',
    ready: checkOptionalPath('ready', options.ready),
    live: checkOptionalPath('live', options.live),
    websocket: checkOptionalPath('websocket', options.websocket),
    sse: checkOptionalPath('sse', options.sse),
    path,
    port: options.port === undefined ? undefined : checkInteger('port', options.port, 1, 65_535),
    tls: remote?.tls ?? options.tls ?? false,
    expectExit: options.expectExit ?? 0,
    deadlineMs: checkInteger('deadlineMs', options.deadlineMs ?? 30_000, 100, longestMs),
    startTimeoutMs: checkInteger('startTimeoutMs', options.startTimeoutMs ?? 30_000, 100, longestMs),
    endWithinMs: checkInteger('endWithinMs', options.endWithinMs ?? 2_000, 10, longestMs),
    announceMs:
      options.announceMs === undefined
        ? undefined
        : checkInteger('announceMs', options.announceMs, 0, longestMs),
    load: resolveLoad(options.load ?? {}),
    requests: checkRequests(requests),
    servedLog: options.servedLog,
    marker: resolveMarker(options),
    durable: options.durable,
    platform: options.platform === undefined ? undefined : resolvePlatform(options.platform),
    only: options.only,
    keepGoing: options.keepGoing ?? false,
    interrupt: options.interrupt,
    onProgress: options.onProgress ?? (() => undefined),
  };
}

function resolveRuns({ runs, url, stopCommand }: VerifyOptions): number {
  if (url === undefined) return checkInteger('runs', runs ?? 20, 1, mostRuns);
  const checked = checkInteger('runs', runs ?? 1, 1, mostRuns);
  if (checked === 1 || stopCommand !== undefined) return checked;
  throw new VerifyOptionsError('runs', 'must be 1 where the server is stopped by hand', runs);
}

function resolveLoad(load: LoadOptions): ResolvedLoadOptions {
  return {
    processes: checkInteger('load.processes', load.processes ?? 1, 1, 64),
    connections: checkInteger('load.connections', load.connections ?? 32, 1, 10_000),
    thinkMs: checkInteger('load.thinkMs', load.thinkMs ?? 10, 0, 60_000),
    newPerSecond: checkInteger('load.newPerSecond', load.newPerSecond ?? 100, 0, 10_000),
    uploads: checkInteger('load.uploads', load.uploads ?? 4, 0, 1_000),
    downloads: checkInteger('load.downloads', load.downloads ?? 4, 0, 1_000),
    pipelined: checkInteger('load.pipelined', load.pipelined ?? 2, 0, 1_000),
    http2: checkInteger('load.http2', load.http2 ?? 4, 0, 1_000),
    held: checkInteger('load.held', load.held ?? 4, 0, 10_000),
  };
}

function checkRequests(requests: readonly RequestInput[]): readonly RequestInput[] {
  if (requests.length === 0 || requests.length > mostTemplates) {
    throw new VerifyOptionsError('requests', `must be 1 to ${mostTemplates}`, requests.length);
  }
  for (const { path, method, weight } of requests) {
    checkPath('requests[].path', path);
    if (method !== undefined && !/^[A-Z]+$/.test(method)) {
      throw new VerifyOptionsError('requests[].method', 'must be in capitals', method);
    }
    if (weight !== undefined && !(weight > 0)) {
      throw new VerifyOptionsError('requests[].weight', 'must be above 0', weight);
    }
  }
  if (requests.every(({ role }) => role !== undefined && role !== 'load')) {
    throw new VerifyOptionsError('requests', 'must hold one of role "load" at least', requests.length);
  }
  return requests;
}

function checkInteger(option: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new VerifyOptionsError(option, `must be a whole number from ${least} to ${most}`, value);
}

function checkOptionalPath(option: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : checkPath(option, value);
}

function checkPath(option: string, value: string): string {
  if (/^\/[^\s]*$/.test(value)) return value;
  throw new VerifyOptionsError(option, 'must be a path that begins with "/"', value);
}
