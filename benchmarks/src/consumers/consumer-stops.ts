import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { ChildRegistry, OwnedProcess } from '../processes/child-registry.js';
import { between, type Random } from '../statistics/seeded-random.js';

/** How a consumer is stopped: by the adapter, by `nc.drain()` alone, or by ending the process. */
export type StopKind = 'quiesce' | 'drain' | 'exit';

/** How much is measured. */
export interface StopPlan {
  readonly stops: number;
  /** Messages a second. */
  readonly rate: number;
  readonly concurrency: number;
  readonly ackWaitMs: number;
}

/** What became of the messages of one kind of consumer. */
export interface StopAccount {
  readonly kind: StopKind;
  readonly published: number;
  readonly lost: number;
  /** Messages whose work was done more than once. */
  readonly doneTwice: number;
  /** Messages that were delivered again, done before or not. */
  readonly deliveredAgain: number;
  /** Those of them that were not given back: nobody had them before `ack_wait` was over. */
  readonly leftToTimeOut: number;
  /** Handlers that ran when the stops began, all together. */
  readonly handlersRunning: number;
  /** Messages that the server had delivered and had no word of when the stops began, all together. */
  readonly unacknowledged: number;
  readonly exitMs: readonly number[];
}

const PROGRAM = fileURLToPath(new URL('../../subjects/jetstream-consumer.mjs', import.meta.url));

/** Publishes at a steady rate while a consumer is stopped and started again, and accounts for every message. */
export async function measureStops(
  children: ChildRegistry,
  url: string,
  kind: StopKind,
  plan: StopPlan,
  random: Random,
): Promise<StopAccount> {
  const client = await connect({ servers: url });
  const stream = `STOPS-${kind}`;
  const manager = await jetstreamManager(client);
  await manager.streams.add({ name: stream, subjects: [`${stream}.*`] });
  await manager.consumers.add(stream, {
    durable_name: 'worker',
    ack_policy: 'explicit',
    ack_wait: plan.ackWaitMs * 1e6,
    max_ack_pending: 10_000,
  });
  const givenBack = new Set<number>();
  client.subscribe(`$JS.EVENT.ADVISORY.CONSUMER.MSG_NAKED.${stream}.worker`, {
    callback: (_error, advisory) => {
      givenBack.add(advisory.json<{ readonly stream_seq: number }>().stream_seq);
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'quiesce-stops-'));
  const log = join(folder, 'handled');
  const start = (): Promise<OwnedProcess> =>
    startConsumer(children, [kind, url, stream, log, String(plan.concurrency)]);
  try {
    let consumer = await start();
    const load = startLoad(client, stream, plan.rate);
    const exitMs: number[] = [];
    let handlersRunning = 0;
    let unacknowledged = 0;
    for (let stop = 0; stop < plan.stops; stop += 1) {
      await delay(between(random, 100, 400));
      unacknowledged += (await manager.consumers.info(stream, 'worker')).num_ack_pending;
      const stopped = await stopConsumer(consumer);
      exitMs.push(stopped.exitMs);
      handlersRunning += stopped.handlersRunning;
      consumer = await start();
    }
    const published = await load.end();
    await emptied(manager, stream);
    await stopConsumer(consumer);
    return {
      kind,
      published,
      handlersRunning,
      unacknowledged,
      exitMs,
      ...accountFor(readFileSync(log, 'utf8'), published, givenBack),
    };
  } finally {
    await client.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startConsumer(children: ChildRegistry, args: readonly string[]): Promise<OwnedProcess> {
  const owned = children.start(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => {
    owned.child.stdout?.once('data', resolve);
  });
  return owned;
}

async function stopConsumer(
  owned: OwnedProcess,
): Promise<{ readonly exitMs: number; readonly handlersRunning: number }> {
  let output = '';
  owned.child.stdout?.on('data', (data: Buffer) => {
    output += String(data);
  });
  const beganMs = performance.now();
  owned.child.kill('SIGTERM');
  await owned.exited;
  return { exitMs: performance.now() - beganMs, handlersRunning: Number.parseInt(output, 10) || 0 };
}

/** Publishes the time of publishing; every 5 ms as many messages as are due. */
function startLoad(client: NatsConnection, stream: string, rate: number): { end(): Promise<number> } {
  const pending: Promise<unknown>[] = [];
  const startedMs = performance.now();
  const timer = setInterval(() => {
    const due = ((performance.now() - startedMs) / 1_000) * rate;
    while (pending.length < due) {
      pending.push(
        jetstream(client).publish(`${stream}.${pending.length}`, String(Date.now()), { timeout: 30_000 }),
      );
    }
  }, 5);
  return {
    async end() {
      clearInterval(timer);
      await Promise.all(pending);
      return pending.length;
    },
  };
}

async function emptied(manager: Awaited<ReturnType<typeof jetstreamManager>>, stream: string): Promise<void> {
  for (;;) {
    const { num_pending: waiting, num_ack_pending: unacknowledged } = await manager.consumers.info(
      stream,
      'worker',
    );
    if (waiting + unacknowledged === 0) {
      return;
    }
    await delay(100);
  }
}

function accountFor(
  log: string,
  published: number,
  givenBack: ReadonlySet<number>,
): Pick<StopAccount, 'lost' | 'doneTwice' | 'deliveredAgain' | 'leftToTimeOut'> {
  const done = new Map<number, number>();
  const again = new Set<number>();
  for (const line of log.split('\n').filter((each) => each !== '')) {
    const [seq = 0, redelivered] = line.split(' ').map(Number);
    done.set(seq, (done.get(seq) ?? 0) + 1);
    if (redelivered === 1) {
      again.add(seq);
    }
  }
  const leftToTimeOut = [...again].filter((seq) => !givenBack.has(seq)).length;
  const doneTwice = [...done.values()].filter((times) => times > 1).length;
  return { lost: published - done.size, doneTwice, deliveredAgain: again.size, leftToTimeOut };
}
