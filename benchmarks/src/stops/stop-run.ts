import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LoadGenerator, startLoad } from '../load/load-generator.js';
import type { LoadShape } from '../load/load-shape.js';
import type { GeneratorHealth } from '../load/request-record.js';
import type { ChildRegistry } from '../processes/child-registry.js';
import { withinLimit } from '../processes/within-limit.js';
import type { ServerEntry } from '../servers/server-entry.js';
import { type ServerProcess, startServer } from '../servers/server-process.js';
import { monotonicMs } from '../statistics/monotonic-time.js';
import { type Account, createAccount } from './account.js';
import { readHandlerLog } from './handler-log.js';

/** One stop, decided in advance: the same for every server of a round. */
export interface StopPlan {
  readonly seed: number;
  readonly shape: LoadShape;
  /** From the begin of the load to the stop signal. */
  readonly signalAfterMs: number;
  /** From the first stop signal to a second one. @default no second one */
  readonly secondSignalAfterMs?: number;
  /** How long a server may take to exit. */
  readonly limitMs: number;
}

/** How the process ended; `over` when it had not within the limit. */
export type StopExit = number | NodeJS.Signals | 'over';

/** What one stop of one server was like. */
export interface StopRun {
  readonly server: string;
  readonly plan: StopPlan;
  readonly account: Account;
  readonly exit: StopExit;
  readonly exitAfterMs?: number;
  /** From the last answer at its client to the exit; below zero when clients still read after it. */
  readonly lastAnswerToExitMs?: number;
  readonly strayBytes: number;
  readonly generator: GeneratorHealth;
}

interface Signalled {
  readonly signalledAtMs: number;
  readonly exit: StopExit;
  readonly exitedAtMs?: number;
}

/** Sends the stop signal, and the second one if there is one, and waits for the exit. */
async function stopServer(server: ServerProcess, entry: ServerEntry, plan: StopPlan): Promise<Signalled> {
  const over = new AbortController();
  const signalledAtMs = monotonicMs();
  server.signal(entry.stopSignal);
  const second =
    plan.secondSignalAfterMs === undefined
      ? undefined
      : setTimeout(() => server.signal(entry.stopSignal), plan.secondSignalAfterMs);
  try {
    return await Promise.race([
      server.exited.then(
        ({ code, signal, atMs }): Signalled => ({
          signalledAtMs,
          exit: code ?? signal ?? 'over',
          exitedAtMs: atMs,
        }),
      ),
      sleep<Signalled>(plan.limitMs, { signalledAtMs, exit: 'over' }, { signal: over.signal }),
    ]);
  } finally {
    over.abort();
    clearTimeout(second);
  }
}

async function stopUnderLoad(
  children: ChildRegistry,
  entry: ServerEntry,
  plan: StopPlan,
  directory: string,
): Promise<StopRun> {
  const handlerLog = join(directory, 'handler.log');
  const server = await startServer(children, entry, { directory, handlerLog });
  let load: LoadGenerator | undefined;
  try {
    load = await startLoad(children, { port: server.port, seed: plan.seed, shape: plan.shape });
    await sleep(plan.signalAfterMs);
    const { signalledAtMs, exit, exitedAtMs } = await stopServer(server, entry, plan);
    const result = await load.stop();
    await server.end();
    const account = createAccount(result, readHandlerLog(handlerLog), signalledAtMs);
    const { lastAnswerAtMs } = account;
    return {
      server: entry.name,
      plan,
      account,
      exit,
      strayBytes: result.strayBytes,
      generator: result.health,
      ...(exitedAtMs === undefined ? {} : { exitAfterMs: exitedAtMs - signalledAtMs }),
      ...(exitedAtMs === undefined || lastAnswerAtMs === undefined
        ? {}
        : { lastAnswerToExitMs: exitedAtMs - lastAnswerAtMs }),
    };
  } finally {
    await load?.end();
    await server.end();
  }
}

/** Beside the stop: starting, loading, and the last answers. */
const RUN_LIMIT_MS = 30_000;

/** Starts a server, loads it, stops it, and accounts for every request. */
export async function runStop(children: ChildRegistry, entry: ServerEntry, plan: StopPlan): Promise<StopRun> {
  const directory = mkdtempSync(join(tmpdir(), 'quiesce-stops-'));
  try {
    return await withinLimit(
      plan.limitMs + RUN_LIMIT_MS,
      `a stop of ${entry.name}`,
      stopUnderLoad(children, entry, plan, directory),
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
