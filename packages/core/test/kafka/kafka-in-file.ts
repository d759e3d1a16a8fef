import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProcess } from '../../../../e2e/support/process.js';
import { classPath, findServer, requireServer } from '../../../../e2e/support/servers.js';
import { createFolder } from '../support/fixture.js';

const java = findServer('kafka');

/** `describe` for tests that need a Kafka broker: skipped, all by name, where there is none. */
export const describeWithKafka: typeof describe.skip = java === undefined ? describe.skip : describe;

/** Says why the others of a file were skipped; on CI it fails. */
export function saysWhetherThereIsKafka(): void {
  it('has a Kafka broker to be tested against', (context) => {
    expect(requireServer(context, 'kafka')).toBe(java);
  });
}

const jvm = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'];

/** The broker of a file. */
export interface KafkaInFile {
  /** Its host and port. */
  readonly broker: string;
  /** Sends a signal to it. */
  signal(signal: NodeJS.Signals): void;
}

/** One broker in KRaft mode for all tests of a file. */
export function useKafka(): KafkaInFile {
  const ends: (() => void | Promise<void>)[] = [];
  let broker = '';
  let send: (signal: NodeJS.Signals) => void = () => {};
  beforeAll(async () => {
    if (java === undefined) return;
    const folder = createFolder((end) => ends.push(end));
    const [port, controllerPort] = await findFreePorts();
    broker = `127.0.0.1:${port}`;
    const config = join(folder, 'server.properties');
    writeFileSync(config, properties(folder, broker, `127.0.0.1:${controllerPort}`));
    const command = [...jvm, '-cp', classPath('kafka')];
    const format = ['kafka.tools.StorageTool', 'format', '-t', 'quiesce-quiesce-quiesc', '-c', config];
    await promisify(execFile)(java, [...command, ...format]);
    const kafka = startProcess(java, [...command, 'kafka.Kafka', config], {
      onFinished: (end) => ends.push(end),
      timeoutMs: 55_000,
    });
    send = (signal) => kafka.signal(signal);
    await kafka.waitForLine('Kafka Server started');
  }, 110_000);
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
  });
  return {
    get broker() {
      return broker;
    },
    signal: (signal) => send(signal),
  };
}

/** Kafka has to tell its clients where it listens, so it cannot be told to find a port itself. */
async function findFreePorts(): Promise<readonly [number, number]> {
  const servers = [createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [ports[0] ?? 0, ports[1] ?? 0];
}

function properties(folder: string, broker: string, controller: string): string {
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@${controller}`,
    `listeners=PLAINTEXT://${broker},CONTROLLER://${controller}`,
    `advertised.listeners=PLAINTEXT://${broker}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${join(folder, 'logs')}`,
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'log.cleaner.enable=false',
  ].join('\n');
}
