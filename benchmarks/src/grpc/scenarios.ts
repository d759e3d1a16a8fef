import { once } from 'node:events';
import { connect } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GrpcProcess } from './grpc-process.js';
import { createWorkClient, type WorkClient } from './work-client.js';

/** One thing that may be under way when a server is stopped. */
export interface Scenario {
  readonly title: string;
  readonly deadlineMs: number;
  /** Brings it about, stops the server, and says what became of it. */
  run(server: GrpcProcess): Promise<string>;
}

/** The call has to be at its handler when the signal comes. */
const ARRIVES_MS = 200;
const HARMLESS_DEADLINE_MS = 10_000;
const SHORT_DEADLINE_MS = 1_000;

function withClient(
  run: (client: WorkClient, server: GrpcProcess) => Promise<string>,
): (server: GrpcProcess) => Promise<string> {
  return async (server) => {
    const client = createWorkClient(server.port);
    try {
      return await run(client, server);
    } finally {
      client.close();
    }
  };
}

function seconds(ms: number): string {
  return `exit after ${(ms / 1_000).toFixed(1)} s`;
}

/** What a bare HTTP/2 client sees: every GOAWAY with its last stream id, and the end. */
async function watchGoaway(server: GrpcProcess): Promise<string> {
  const session = connect(`http://127.0.0.1:${server.port}`);
  session.on('error', () => {});
  await once(session, 'remoteSettings');
  const seen: string[] = [];
  const begunMs = performance.now();
  session.on('goaway', (code: number, lastStreamId: number) => {
    const last = lastStreamId === 2 ** 31 - 1 ? '2³¹−1' : String(lastStreamId);
    seen.push(`GOAWAY (code ${code}, last stream ${last})`);
  });
  const closed = once(session, 'close').then(() => performance.now() - begunMs);
  const exit = await server.stop();
  const closedMs = await closed;
  return `${seen.join(', ')}; closed ${closedMs < exit + 50 ? 'by the server' : 'later'}; ${seconds(exit)}`;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    title: 'unary call in flight (0.5 s)',
    deadlineMs: HARMLESS_DEADLINE_MS,
    run: withClient(async (client, server) => {
      const answer = client.wait(500);
      await sleep(ARRIVES_MS);
      const exit = await server.stop();
      return `${await answer}; ${seconds(exit)}`;
    }),
  },
  {
    title: 'stream in flight (20 messages in 1 s)',
    deadlineMs: HARMLESS_DEADLINE_MS,
    run: withClient(async (client, server) => {
      const { ended } = await client.tick(20);
      const exit = await server.stop();
      return `${await ended}; ${seconds(exit)}`;
    }),
  },
  { title: 'idle channel', deadlineMs: HARMLESS_DEADLINE_MS, run: watchGoaway },
  {
    title: 'new call during the drain, on the channel that was told',
    deadlineMs: HARMLESS_DEADLINE_MS,
    run: withClient(async (client, server) => {
      const first = client.wait(1_000);
      await sleep(ARRIVES_MS);
      const exit = server.stop();
      await sleep(ARRIVES_MS);
      const second = await client.wait(0);
      return `${second}; the one in flight: ${await first}; ${seconds(await exit)}`;
    }),
  },
  {
    title: 'unary call longer than the deadline (1 s)',
    deadlineMs: SHORT_DEADLINE_MS,
    run: withClient(async (client, server) => {
      const answer = client.wait(60_000);
      await sleep(ARRIVES_MS);
      const exit = await server.stop();
      return `${await answer}; ${seconds(exit)}`;
    }),
  },
  {
    title: 'stream longer than the deadline (1 s)',
    deadlineMs: SHORT_DEADLINE_MS,
    run: withClient(async (client, server) => {
      const { ended } = await client.tick(1_000_000);
      const exit = await server.stop();
      return `${await ended}; ${seconds(exit)}`;
    }),
  },
  {
    title: 'health watch, with nothing else in flight (deadline 1 s)',
    deadlineMs: SHORT_DEADLINE_MS,
    run: withClient(async (client, server) => {
      const { ended } = await client.watch();
      const exit = await server.stop();
      return `${await ended}; ${seconds(exit)}`;
    }),
  },
];
