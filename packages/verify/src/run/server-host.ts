import { randomUUID } from 'node:crypto';
import { InterruptedError } from '../errors.js';
import type { Target } from '../load/assignment.js';
import type { ResolvedVerifyOptions } from '../options/resolve-verify-options.js';
import type { StopPlan } from '../plan/scenarios.js';
import { canListen, findFreePort } from '../server/free-port.js';
import { startGuardian } from '../server/guardian.js';
import type { Listener } from '../server/listening-ports.js';
import { type ServerProcess, startServer } from '../server/server-process.js';
import { notReadyError, waitUntilReady } from '../server/wait-until-ready.js';
import { type Stopped, stopServer } from './stop-server.js';

/** A server that answers, and how long it took to. */
export interface StartedServer {
  readonly server: ServerProcess;
  readonly target: Target;
  readonly listeners: readonly Listener[];
  readonly startMs: number;
}

/** Starts servers under test, all with the same port, and knows which of them still run. */
export interface ServerHost {
  /** Starts one and waits until it is ready. Throws `NotJudgeableError` when it never is. */
  start(how?: { readonly asPid1?: boolean }): Promise<StartedServer>;
  /** Starts one and waits for nothing. */
  spawn(how?: { readonly asPid1?: boolean }): Promise<ServerProcess>;
  /** Stops one as planned, and waits for its end. */
  stop(server: ServerProcess, plan: StopPlan): Promise<Stopped>;
  /** The ports of a stopped one that a successor could not have at this moment. */
  busyPorts(target: Target): Promise<readonly number[]>;
  /** Ends what is left of one. */
  release(server: ServerProcess): void;
  /** Ends what is left of all. */
  destroy(): void;
}

export async function createServerHost(options: ResolvedVerifyOptions): Promise<ServerHost> {
  const port = options.port ?? (await findFreePort());
  // A server that does not follow PORT shows its own in the first start; later starts try that one first.
  let likelyPort = port;
  const mark = randomUUID();
  const guardian = startGuardian(mark);
  let started = 0;
  const running = new Set<ServerProcess>();
  const release = (server: ServerProcess): void => {
    server.destroy();
    running.delete(server);
  };
  const spawn: ServerHost['spawn'] = async (how = {}) => {
    if (options.interrupt?.aborted === true) throw new InterruptedError();
    started += 1;
    const server = await startServer({
      command: options.command,
      cwd: options.cwd,
      env: { ...options.env, PORT: String(port) },
      servedLog: options.servedLog,
      mark: `${mark}.${started}.`,
      asPid1: how.asPid1 ?? false,
    });
    running.add(server);
    return server;
  };
  return {
    spawn,
    release,
    async start(how) {
      const begun = performance.now();
      const server = await spawn(how);
      const readiness = await waitUntilReady(server, {
        port: likelyPort,
        portIsFixed: options.port !== undefined,
        tls: options.tls,
        ready: options.ready,
        path: options.path,
        timeoutMs: options.startTimeoutMs,
        interrupt: options.interrupt,
      });
      const startMs = performance.now() - begun;
      if (readiness.kind === 'ready') {
        likelyPort = readiness.target.port;
        return { server, target: readiness.target, listeners: readiness.listeners, startMs };
      }
      const error = notReadyError(readiness, server, options.startTimeoutMs);
      release(server);
      throw error;
    },
    stop: async (server, plan) => await stopServer(server, plan, options),
    busyPorts: async ({ host, port: itsPort }) => ((await canListen(itsPort, host)) ? [] : [itsPort]),
    destroy() {
      for (const server of running) release(server);
      guardian.dismiss();
    },
  };
}
