import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { InterruptedError, NotJudgeableError } from '../errors.js';
import type { Target } from '../load/assignment.js';
import type { ResolvedRemote } from '../options/resolve-remote.js';
import type { ResolvedVerifyOptions } from '../options/resolve-verify-options.js';
import { probeStatus } from '../server/readiness.js';
import { createServerOutput } from '../server/server-output.js';
import type { ServerProcess } from '../server/server-process.js';
import { pause } from '../time/pause.js';
import type { ServerHost } from './server-host.js';
import { stopRemote } from './stop-remote.js';

const probeTimeoutMs = 5_000;
const pollEveryMs = 100;

/**
 * A server that is not ours: "starting" it waits until it answers, stopping it is up to the user's command or hand, and
 * nothing of it is ever ended by the judge.
 */
export async function createRemoteHost(
  options: ResolvedVerifyOptions,
  remote: ResolvedRemote,
): Promise<ServerHost> {
  const target = await resolveTarget(remote);
  const spawn: ServerHost['spawn'] = async () => await Promise.resolve(standIn());
  return {
    spawn,
    async start() {
      const begun = performance.now();
      await waitForAnswer(target, options);
      return { server: await spawn(), target, listeners: [], startMs: performance.now() - begun };
    },
    stop: async () => await stopRemote(target, remote, options),
    busyPorts: async () => await Promise.resolve([]),
    release: () => undefined,
    destroy: () => undefined,
  };
}

async function resolveTarget({ hostname, port, tls }: ResolvedRemote): Promise<Target> {
  if (isIP(hostname) !== 0) return { host: hostname, port, tls };
  try {
    // Once, and not for every connection: the load is for the server and not for the resolver.
    const { address } = await lookup(hostname);
    return { host: address, port, tls, name: hostname };
  } catch (error) {
    throw new NotJudgeableError(
      `cannot find ${hostname}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function waitForAnswer(
  target: Target,
  { ready, path, startTimeoutMs, interrupt }: ResolvedVerifyOptions,
): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  const asked = ready ?? path;
  for (;;) {
    if (interrupt?.aborted === true) throw new InterruptedError();
    const status = await probeStatus(target, asked, probeTimeoutMs);
    if (status !== undefined && (ready === undefined || status < 400)) return;
    if (performance.now() >= deadline) {
      const what = status === undefined ? 'gave no answer' : `answered ${status}`;
      throw new NotJudgeableError(`not ready after ${startTimeoutMs} ms: ${asked} ${what}`);
    }
    await pause(pollEveryMs, interrupt);
  }
}

/** Stands where the process of a server stands that is ours: nothing is to be seen of it, and nothing to be done to it. */
function standIn(): ServerProcess {
  return {
    pid: 0,
    output: createServerOutput(undefined),
    exited: new Promise(() => undefined),
    exit: () => undefined,
    signal: () => false,
    isPending: () => false,
    family: () => [],
    destroy: () => undefined,
  };
}
