import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, connect as open } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ChildRegistry, OwnedProcess } from '../processes/child-registry.js';
import { withinLimit } from '../processes/within-limit.js';
import type { Protocol } from './clients/batch-client.js';
import { httpProtocol } from './clients/http-protocol.js';
import { createStream, natsProtocol } from './clients/nats-protocol.js';
import { redisProtocol } from './clients/redis-protocol.js';

/** A system that messages are appended to, running. */
export interface RunningSystem {
  readonly port: number;
  readonly process: OwnedProcess;
  /** How the producer with this number speaks to it. */
  protocolOf(producer: number): Protocol;
}

/** A system that messages are appended to. */
export interface System {
  readonly title: string;
  /** What is known of a message when its producer is told that it is there. */
  readonly acknowledged: string;
  /** The program that has to be there; Node.js always is. */
  readonly program?: 'nats-server' | 'redis-server';
  start(children: ChildRegistry, directory: string, program: string): Promise<RunningSystem>;
}

const LOG = fileURLToPath(new URL('../../../examples/06-message-log/server.mjs', import.meta.url));
const PARTITIONS = 4;
const READY_LIMIT_MS = 20_000;

/** All of them, each as durable as it is asked to be. */
export const SYSTEMS: readonly System[] = [
  messageLog('buffered', 'in memory; synced every second'),
  messageLog('synced', 'synced'),
  // Debian 12 has nats-server 2.9, which cannot sync before it acknowledges (`sync_interval: always` came with 2.10).
  jetStream('nats-server JetStream, file store', 'written; synced every two minutes'),
  redisStreams('Redis streams, appendfsync everysec', 'written; synced every second', 'everysec'),
  redisStreams('Redis streams, appendfsync always', 'synced', 'always'),
];

function messageLog(acknowledge: 'buffered' | 'synced', acknowledged: string): System {
  return {
    title: `examples/06-message-log, \`acknowledge: ${acknowledge}\``,
    acknowledged,
    start: (children, directory) => startMessageLog(children, directory, acknowledge),
  };
}

/** Starts the message log with a topic of four partitions. */
export async function startMessageLog(
  children: ChildRegistry,
  directory: string,
  acknowledge: 'buffered' | 'synced',
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningSystem> {
  const env = { ...process.env, PORT: '0', PROBES_PORT: '0', ANNOUNCE_MS: '0', DATA: directory };
  const owned = children.start(process.execPath, [LOG], {
    env: { ...env, ...settings },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const port = await withinLimit(READY_LIMIT_MS, 'the start of the log', readPort(owned));
  const response = await fetch(`http://127.0.0.1:${port}/topics/load`, {
    method: 'PUT',
    body: JSON.stringify({ partitions: PARTITIONS, acknowledge }),
  });
  if (response.status !== 201) throw new Error(`the topic was answered with ${response.status}`);
  return { port, process: owned, protocolOf: (producer) => httpProtocol('load', producer % PARTITIONS) };
}

/** It says where it listens. */
async function readPort({ child: { stderr } }: OwnedProcess): Promise<number> {
  if (stderr === null) throw new Error('the standard error is not a pipe');
  for await (const line of createInterface({ input: stderr })) {
    const port = /^listening on http:\/\/[^:]+:(\d+)$/.exec(line)?.[1];
    if (port === undefined) continue;
    stderr.resume();
    return Number(port);
  }
  throw new Error('the log ended without having listened');
}

function jetStream(title: string, acknowledged: string): System {
  return {
    title,
    acknowledged,
    program: 'nats-server',
    async start(children, directory, program) {
      const port = await findPort();
      const config = join(directory, 'nats.conf');
      writeFileSync(config, `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${directory}/store" }\n`);
      const owned = children.start(program, ['-c', config], { stdio: 'ignore' });
      await untilListening(port);
      for (let stream = 0; stream < PARTITIONS; stream += 1) await addStream(port, stream);
      return {
        port,
        process: owned,
        protocolOf: (producer) => natsProtocol(`load.${producer % PARTITIONS}`, `_INBOX.${producer}`),
      };
    },
  };
}

function redisStreams(title: string, acknowledged: string, appendfsync: string): System {
  return {
    title,
    acknowledged,
    program: 'redis-server',
    async start(children, directory, program) {
      const port = await findPort();
      mkdirSync(directory, { recursive: true });
      const settings = { port, bind: '127.0.0.1', dir: directory, appendonly: 'yes', appendfsync, save: '' };
      const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
      const owned = children.start(program, args, { stdio: 'ignore' });
      await untilListening(port);
      return {
        port,
        process: owned,
        protocolOf: (producer) => redisProtocol(`load:${producer % PARTITIONS}`),
      };
    },
  };
}

async function addStream(port: number, stream: number): Promise<void> {
  const socket = open(port, '127.0.0.1');
  let said = '';
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.includes('stream_create_response')) socket.end();
  });
  socket.write(createStream(`LOAD${stream}`, `load.${stream}`, '_INBOX.setup'));
  await once(socket, 'close');
  if (said.includes('"error"')) throw new Error(`JetStream made no stream: ${said}`);
}

/** A port that was free a moment ago: these servers must be told one. */
async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function untilListening(port: number): Promise<void> {
  const endMs = performance.now() + READY_LIMIT_MS;
  for (;;) {
    const socket = open(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await sleep(20);
    } finally {
      socket.destroy();
    }
  }
}
