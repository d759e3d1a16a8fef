import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { ChildRegistry, OwnedProcess } from '../processes/child-registry.js';
import { quiesceRun } from './quiesce-run.js';

/** How a server is stopped. */
export type Scene = 'bare SIGTERM' | 'graceful' | 'lame-duck';

/** What became of one stop under load. */
export interface NatsStop {
  readonly scene: Scene;
  readonly exitCode: number | null;
  /** What the report says; `–` without a supervisor. */
  readonly outcome: string;
  readonly stopMs: number;
  readonly acknowledged: number;
  /** Acknowledged, and not there after the next start. */
  readonly missing: number;
}

const SUBJECTS = 'load.>';

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function connectSoon(port: number): Promise<NatsConnection> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await connect({ servers: `127.0.0.1:${port}`, reconnect: false });
    } catch (error) {
      if (attempt === 200) throw error;
      await delay(50);
    }
  }
}

/** Publishes until the connection ends, and notes what was acknowledged. Who is told of a lame duck leaves. */
async function publish(connection: NatsConnection, client: number, acknowledged: Set<string>): Promise<void> {
  void (async () => {
    for await (const { type } of connection.status()) if (type === 'ldm') await connection.close();
  })();
  const stream = jetstream(connection, { timeout: 2_000 });
  for (let number = 0; ; number += 1) {
    const id = `load.${client}.${number}`;
    try {
      await stream.publish(`load.${client}`, id);
      acknowledged.add(id);
    } catch {
      return;
    }
  }
}

/** All that the stream holds, read back from a server that was started anew. */
async function readBack(port: number): Promise<ReadonlySet<string>> {
  const connection = await connectSoon(port);
  const manager = await jetstreamManager(connection);
  const { state } = await manager.streams.info('load');
  const stored = new Set<string>();
  if (state.messages > 0) {
    const consumer = await jetstream(connection).consumers.get('load');
    const messages = await consumer.fetch({ max_messages: state.messages, expires: 30_000 });
    for await (const message of messages) {
      stored.add(message.string());
      if (stored.size === state.messages) break;
    }
  }
  await connection.close();
  return stored;
}

/** Starts a server, lets clients publish for a second, stops it, starts it again and counts. */
export async function measureNatsStop(
  children: ChildRegistry,
  scene: Scene,
  clients: number,
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<NatsStop> {
  const [port = 0, monitoring = 0] = await freePorts(2);
  const store = join(folder, `${scene}-${port}`);
  const report = `${store}.json`;
  const server = ['nats-server', '-a', '127.0.0.1', '-p', String(port), '-m', String(monitoring), '-js'];
  const program = [...server, '-sd', store];
  const options = ['--name', 'nats', '--mode', scene, '--timeout', '20', '--report', report];
  const start = (isSupervised: boolean): OwnedProcess => {
    const [file = '', ...args] = isSupervised ? quiesceRun(options, program) : program;
    return children.start(file, args, { stdio: 'ignore', env: environment });
  };
  const { pid, exited } = start(scene !== 'bare SIGTERM');
  const first = await connectSoon(port);
  await (await jetstreamManager(first)).streams.add({ name: 'load', subjects: [SUBJECTS] });
  const connections = [
    first,
    ...(await Promise.all(Array.from({ length: clients - 1 }, () => connectSoon(port)))),
  ];
  const acknowledged = new Set<string>();
  const publishing = connections.map((connection, client) => publish(connection, client, acknowledged));
  await delay(1_000);
  const begun = performance.now();
  process.kill(pid, 'SIGTERM');
  const exit = await exited;
  const stopMs = performance.now() - begun;
  await Promise.all(publishing);
  await Promise.all(connections.map((connection) => connection.close()));

  const again = start(false);
  const stored = await readBack(port);
  await again.end();
  const missing = [...acknowledged].filter((id) => !stored.has(id)).length;
  const outcome =
    scene === 'bare SIGTERM'
      ? '–'
      : (JSON.parse(readFileSync(report, 'utf8')) as { outcome: string }).outcome;
  return { scene, exitCode: exit.code, outcome, stopMs, acknowledged: acknowledged.size, missing };
}
