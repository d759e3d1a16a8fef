import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConnection, ExchangeResult } from '../http1/client-connection.js';
import { monotonicMs } from '../statistics/monotonic-time.js';
import { download, type ExchangeFactory, stream, upload, work } from './exchanges.js';
import type { LoadSession } from './load-session.js';
import type { LoadShape } from './load-shape.js';
import type { RequestKind } from './request-record.js';

const RETRY_MS = 30;
const PATIENT_RETRY_MS = 200;
const RETRIES_BEFORE_PATIENCE = 30;
const OPEN_LOOP_TICK_MS = 2;

/** A client that was turned away comes back soon, and later less often: as a client with a retry policy does. */
function retryAfterMs(failuresInARow: number): number {
  return failuresInARow > RETRIES_BEFORE_PATIENCE ? PATIENT_RETRY_MS : RETRY_MS;
}

function wasServed(result: ExchangeResult): boolean {
  return result.ending === 'answered' && result.status === 200;
}

/** Clients that send one request after the other. */
interface ClosedLoop {
  readonly kind: RequestKind;
  readonly create: ExchangeFactory;
  /** Whether the connection is kept for the next request; else every request has one of its own. */
  readonly keepsConnection: boolean;
}

/** One request after the other; on a new connection when the last one has ended. */
async function runClosedLoop(session: LoadSession, client: number, loop: ClosedLoop): Promise<void> {
  const { kind, create, keepsConnection } = loop;
  const random = session.random(`${kind}:${client}`);
  let connection: ClientConnection | undefined;
  let failures = 0;
  while (session.issuing) {
    if (connection?.usable !== true) {
      if (connection !== undefined) {
        session.release(connection);
      }
      connection = session.connect();
    }
    const result = await session.request(connection, kind, (id) => create(id, random));
    if (!keepsConnection) {
      connection.end();
    }
    failures = wasServed(result) ? 0 : failures + 1;
    if (failures > 0) {
      await session.pause(retryAfterMs(failures));
    }
  }
  connection?.end();
}

/** One request on a new connection, which the client then ends. */
async function runOneShot(session: LoadSession, random: () => number): Promise<void> {
  const connection = session.connect();
  await session.request(connection, 'one-shot', (id) => work(id, random));
  session.release(connection);
}

/** New connections at a fixed rate, whatever the server does: a slow server meets as many as a fast one. */
async function runOpenLoop(session: LoadSession, perSecond: number): Promise<void> {
  const random = session.random('one-shot');
  const startedAtMs = monotonicMs();
  const running = new Set<Promise<void>>();
  let sent = 0;
  while (session.issuing) {
    const due = Math.floor(((monotonicMs() - startedAtMs) / 1_000) * perSecond);
    for (; sent < due; sent += 1) {
      const shot = runOneShot(session, random).finally(() => running.delete(shot));
      running.add(shot);
    }
    await sleep(OPEN_LOOP_TICK_MS);
  }
  await Promise.all(running);
}

/** One request, and then silence on an open connection. */
async function runIdle(session: LoadSession, client: number): Promise<void> {
  const random = session.random(`idle:${client}`);
  await session.request(session.connect(), 'idle', (id) => work(id, random));
}

/** Runs all clients of a load; resolves when requests are no longer sent and every one has ended. */
export async function runClients(session: LoadSession, shape: LoadShape): Promise<void> {
  const times = (count: number, run: (client: number) => Promise<void>): Promise<void>[] =>
    Array.from({ length: count }, (_, client) => run(client));
  const loops: readonly (ClosedLoop & { readonly count: number })[] = [
    { kind: 'loop', count: shape.keepAlive, create: work, keepsConnection: true },
    { kind: 'upload', count: shape.uploads, create: upload, keepsConnection: shape.reuseSlow },
    { kind: 'stream', count: shape.streams, create: stream, keepsConnection: shape.reuseSlow },
    { kind: 'download', count: shape.downloads, create: download, keepsConnection: shape.reuseSlow },
  ];
  await Promise.all([
    runOpenLoop(session, shape.newPerSecond),
    ...times(shape.idle, (client) => runIdle(session, client)),
    ...loops.flatMap((loop) => times(loop.count, (client) => runClosedLoop(session, client, loop))),
  ]);
}
