import { spawn } from 'node:child_process';
import { InterruptedError, NotJudgeableError } from '../errors.js';
import type { Target } from '../load/assignment.js';
import { openSocket } from '../load/socket.js';
import type { ResolvedRemote } from '../options/resolve-remote.js';
import type { ResolvedVerifyOptions } from '../options/resolve-verify-options.js';
import { createServerOutput } from '../server/server-output.js';
import { pause } from '../time/pause.js';
import type { Stopped } from './stop-server.js';

const lookEveryMs = 100;
const connectTimeoutMs = 2_000;
/** One refusal may be a blip of a balancer; a server that is gone refuses for as long as this. */
const goneForNs = 2_000_000_000n;

/**
 * Runs the user's stop command, or asks for it to be done by hand, and looks on until the server takes no connection any
 * more, or the time is over. Throws {@link NotJudgeableError} when the command fails.
 */
export async function stopRemote(
  target: Target,
  remote: ResolvedRemote,
  { interrupt, onProgress }: ResolvedVerifyOptions,
): Promise<Stopped> {
  const signalledAtNs = process.hrtime.bigint();
  const { stopCommand, watchMs } = remote;
  if (stopCommand === undefined) onProgress({ type: 'stop-now', url: remote.url, watchMs });
  const command = stopCommand === undefined ? undefined : runCommand(stopCommand);
  const over = new AbortController();
  const until = interrupt === undefined ? over.signal : AbortSignal.any([over.signal, interrupt]);
  try {
    const watching = watchUntilGone(target, watchMs, until);
    // When the command has failed nobody waits for this any more.
    watching.catch(() => undefined);
    const goneAtNs = await (command === undefined ? watching : Promise.race([watching, command.failed]));
    return {
      exit: goneAtNs === undefined ? undefined : { code: null, signal: null, atNs: goneAtNs },
      killed: false,
      killedAtNs: undefined,
      signalledAtNs,
      signals: [{ signal: stopCommand ?? 'by hand', atMs: 0 }],
      watchedUntilNs: process.hrtime.bigint(),
    };
  } finally {
    over.abort();
    command?.end();
  }
}

/** Runs it in a shell and a process group of its own. `failed` rejects when it cannot be run or exits with another code than 0. */
function runCommand(command: string): { readonly failed: Promise<never>; end(): void } {
  const child = spawn('/bin/sh', ['-c', command], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = createServerOutput(undefined);
  output.watch(child.stdout);
  output.watch(child.stderr);
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('error', (error) =>
      reject(new NotJudgeableError(`cannot run the stop command: ${error.message}`)),
    );
    child.once('close', (code, signal) => {
      if (code !== 0) {
        const how = signal === null ? `exited with code ${code}` : `ended by ${signal}`;
        reject(new NotJudgeableError(`the stop command ${how}`, output.tail()));
      }
    });
  });
  failed.catch(() => undefined);
  return {
    failed,
    end: () => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has just ended by itself.
      }
    },
  };
}

/** When the server began to refuse every connection; undefined when it still takes them after that time. */
async function watchUntilGone(
  target: Target,
  watchMs: number,
  interrupt: AbortSignal | undefined,
): Promise<bigint | undefined> {
  const until = performance.now() + watchMs;
  let refusedSinceNs: bigint | undefined;
  while (performance.now() < until) {
    if (interrupt?.aborted === true) throw new InterruptedError();
    const triedAtNs = process.hrtime.bigint();
    if (await takesConnections(target)) refusedSinceNs = undefined;
    else refusedSinceNs ??= triedAtNs;
    if (refusedSinceNs !== undefined && triedAtNs - refusedSinceNs >= goneForNs) return refusedSinceNs;
    await pause(Math.min(lookEveryMs, Math.max(0, until - performance.now())), interrupt);
  }
  return refusedSinceNs;
}

async function takesConnections(target: Target): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = openSocket(target, () => done(true));
    const patience = setTimeout(() => done(false), connectTimeoutMs);
    const done = (takes: boolean): void => {
      clearTimeout(patience);
      socket.destroy();
      resolve(takes);
    };
    socket.on('error', () => done(false));
  });
}
