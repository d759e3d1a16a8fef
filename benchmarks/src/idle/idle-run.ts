import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createExactCheck } from '../http1/body-check.js';
import { ClientConnection } from '../http1/client-connection.js';
import { timedWork } from '../load/exchanges.js';
import type { ChildRegistry } from '../processes/child-registry.js';
import { type EndWitness, startEndWitness } from '../processes/end-witness.js';
import { residentKiB } from '../processes/resident-memory.js';
import { withinLimit } from '../processes/within-limit.js';
import type { ServerEntry } from '../servers/server-entry.js';
import { type ServerProcess, startServer } from '../servers/server-process.js';
import { type Holders, holdConnections } from './holders.js';

/** What is held, and how long a stop may take. */
export interface IdlePlan {
  readonly connections: number;
  readonly limitMs: number;
}

/** One stop with many idle connections. */
export interface IdleRun {
  readonly server: string;
  readonly held: number;
  readonly kiBPerConnection: number;
  /** Whether the request that was in flight got its full answer. */
  readonly answered: boolean;
  /** From that answer to the server's end, in milliseconds; undefined when there was none of one of them. */
  readonly answerToEndMs?: number;
  /** From that answer to the moment in which the harness, its parent, had reaped it. */
  readonly answerToReapedMs?: number;
  readonly exit: number | string;
}

/** No server may end the connections by itself while they are being opened. */
const KEEP_ALIVE_MS = 120_000;
const IN_FLIGHT_MS = 1_000;
const SIGNAL_AFTER_MS = 100;
/** From here on a connection counts as idle: longer than any server here looks back at what was on it. */
const IDLE_AFTER_MS = 1_500;
const WARM_UP_REQUESTS = 2_000;
/** Beside the stop: starting, warming up and opening thousands of connections. */
const RUN_LIMIT_MS = 60_000;

function collectGarbage(): Parameters<ClientConnection['exchange']>[0] {
  return {
    send: (socket) => socket.write('GET /collect-garbage HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'),
    check: createExactCheck(Buffer.from('collected\n')),
  };
}

/** What the server's processes hold, without garbage where that can be asked for. */
async function settledKiB(entry: ServerEntry, server: ServerProcess): Promise<number> {
  await sleep(IDLE_AFTER_MS);
  if (entry.kind === 'node') {
    const client = new ClientConnection(server.port);
    const { ending } = await client.exchange(collectGarbage());
    client.end();
    if (ending !== 'answered') {
      throw new Error(`${entry.name} did not collect its garbage: ${ending}`);
    }
  }
  await sleep(200);
  return residentKiB(server.pid);
}

/** Lets the server compile and allocate what it needs for any traffic at all. */
async function warmUp(port: number): Promise<void> {
  let client = new ClientConnection(port);
  for (let request = 0; request < WARM_UP_REQUESTS; request += 1) {
    // nginx ends a connection after 1,000 requests.
    client = client.usable ? client : new ClientConnection(port);
    await client.exchange(timedWork(`warm-up-${request}`, 0));
  }
  client.end();
}

type Stopped = Pick<IdleRun, 'answered' | 'answerToEndMs' | 'answerToReapedMs' | 'exit'>;

async function stopInFlight(
  entry: ServerEntry,
  server: ServerProcess,
  plan: IdlePlan,
  witness: EndWitness,
): Promise<Stopped> {
  const answer = new ClientConnection(server.port).exchange(timedWork('in-flight', IN_FLIGHT_MS));
  await sleep(SIGNAL_AFTER_MS);
  server.signal(entry.stopSignal);
  const limit = new AbortController();
  const exit = await Promise.race([
    server.exited,
    sleep(plan.limitMs, undefined, { signal: limit.signal }),
  ]).finally(() => limit.abort());
  await server.end();
  const { ending, exact, endedAtMs } = await answer;
  const answered = ending === 'answered' && exact;
  if (exit === undefined) {
    return { answered, exit: 'over' };
  }
  const how = exit.code ?? exit.signal ?? 'over';
  if (!answered) {
    return { answered, exit: how };
  }
  const answerToEndMs = (await witness.endedAtMs) - endedAtMs;
  return { answered, exit: how, answerToEndMs, answerToReapedMs: exit.atMs - endedAtMs };
}

async function runIn(
  children: ChildRegistry,
  entry: ServerEntry,
  plan: IdlePlan,
  directory: string,
): Promise<IdleRun> {
  const witness = await startEndWitness(children);
  const heldFile = witness.file;
  const server = await startServer(children, entry, { directory, keepAliveMs: KEEP_ALIVE_MS, heldFile });
  let holders: Holders | undefined;
  try {
    await warmUp(server.port);
    const beforeKiB = await settledKiB(entry, server);
    holders = await holdConnections(children, server.port, plan.connections);
    const { held } = holders;
    const kiBPerConnection = ((await settledKiB(entry, server)) - beforeKiB) / held;
    const stopped = await stopInFlight(entry, server, plan, witness);
    return { server: entry.name, held, kiBPerConnection, ...stopped };
  } finally {
    await holders?.end();
    await server.end();
    await witness.end();
  }
}

/** Holds connections to a server, and stops it with one request in flight. */
export async function runIdle(children: ChildRegistry, entry: ServerEntry, plan: IdlePlan): Promise<IdleRun> {
  const directory = mkdtempSync(join(tmpdir(), 'quiesce-idle-'));
  try {
    return await withinLimit(
      plan.limitMs + RUN_LIMIT_MS,
      entry.name,
      runIn(children, entry, plan, directory),
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
