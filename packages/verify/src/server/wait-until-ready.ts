import { NotJudgeableError } from '../errors.js';
import type { Target } from '../load/assignment.js';
import { pause } from '../time/pause.js';
import { type Listener, listenersOf } from './listening-ports.js';
import { probeStatus } from './readiness.js';
import type { ServerProcess } from './server-process.js';

export interface ReadinessOptions {
  /** The port that the server was given in `PORT`, or that the user named. */
  readonly port: number;
  /** Whether only that port will do. */
  readonly portIsFixed: boolean;
  readonly tls: boolean;
  /** The path that tells that it is ready; any answer below 400 does. Without: any answer to `path` at all. */
  readonly ready: string | undefined;
  readonly path: string;
  readonly timeoutMs: number;
  readonly interrupt: AbortSignal | undefined;
}

/** How it was found to be ready, or why not. */
export type Readiness =
  | { readonly kind: 'ready'; readonly target: Target; readonly listeners: readonly Listener[] }
  | { readonly kind: 'exited' }
  | { readonly kind: 'timeout'; readonly listeners: readonly Listener[] };

/**
 * The first look is short: the port may be one that never answers, and another one the server's. Each further look is twice
 * as patient, for servers whose every answer takes its time.
 */
const probeTimeoutMs = { first: 2_000, longest: 15_000 };
const pollEveryMs = 10;
/** How long a server that does not follow `PORT` must have listened on the same ports, before one of those is taken. */
const settledMs = 300;

/** Watches what the process group listens on until one of its ports answers as a ready server does. */
export async function waitUntilReady(server: ServerProcess, options: ReadinessOptions): Promise<Readiness> {
  const deadline = performance.now() + options.timeoutMs;
  let listeners: Listener[] = [];
  let changedAt = performance.now();
  let patienceMs = probeTimeoutMs.first;
  while (performance.now() < deadline) {
    if (server.exit() !== undefined) return { kind: 'exited' };
    const before = listeners.length;
    listeners = listenersOf(server.family().map(({ pid }) => pid));
    if (listeners.length !== before) changedAt = performance.now();
    const settled = performance.now() - changedAt >= settledMs;
    for (const { host, port } of candidates(listeners, options, settled)) {
      const target: Target = { host, port, tls: options.tls };
      const left = Math.max(1, deadline - performance.now());
      if (await isReady(target, options, Math.min(patienceMs, left)))
        return { kind: 'ready', target, listeners };
    }
    if (listeners.length > 0) patienceMs = Math.min(probeTimeoutMs.longest, patienceMs * 2);
    await pause(pollEveryMs, options.interrupt);
  }
  return { kind: 'timeout', listeners };
}

/** The given port before all others. A fixed port is only ever itself. */
function candidates(
  listeners: readonly Listener[],
  options: ReadinessOptions,
  settled: boolean,
): readonly Listener[] {
  const given = listeners.filter(({ port }) => port === options.port);
  if (options.portIsFixed || given.length > 0) return given;
  return settled ? listeners : [];
}

async function isReady(target: Target, options: ReadinessOptions, timeoutMs: number): Promise<boolean> {
  const status = await probeStatus(target, options.ready ?? options.path, timeoutMs);
  if (status === undefined) return false;
  return options.ready === undefined || status < 400;
}

/** Says what went wrong, in words that help. */
export function notReadyError(
  readiness: Readiness,
  server: ServerProcess,
  timeoutMs: number,
): NotJudgeableError {
  const output = server.output.tail();
  if (readiness.kind === 'exited') {
    const exit = server.exit();
    const how = exit?.signal ? `by ${exit.signal}` : `with code ${exit?.code}`;
    return new NotJudgeableError(`the command exited ${how} before it was ready`, output);
  }
  const ports = readiness.kind === 'timeout' ? readiness.listeners.map(({ port }) => port) : [];
  const what =
    ports.length === 0
      ? 'nothing in its process group listens on a TCP port'
      : `it listens on ${ports.join(', ')}, which gave no answer that means ready`;
  return new NotJudgeableError(`not ready after ${timeoutMs} ms: ${what}`, output);
}
