import { writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProcess } from '../../../../e2e/support/process.js';
import { classPath, findServer, requireServer } from '../../../../e2e/support/servers.js';
import { createFolder } from '../support/fixture.js';

const java = findServer('pulsar');

/** `describe` for tests that need a Pulsar broker: skipped, all by name, where there is none. */
export const describeWithPulsar: typeof describe.skip = java === undefined ? describe.skip : describe;

/** Says why the others of a file were skipped; on CI it fails. */
export function saysWhetherThereIsPulsar(): void {
  it('has a Pulsar broker to be tested against', (context) => {
    expect(requireServer(context, 'pulsar')).toBe(java);
  });
}

/** The broker of a file. */
export interface BrokerInFile {
  /** Where its WebSocket API is. */
  readonly url: string;
  /** Sends a signal to it. */
  signal(signal: NodeJS.Signals): void;
}

/** One standalone broker, with its bookie and its metadata, for all tests of a file. */
export function usePulsar(): BrokerInFile {
  const ends: (() => void | Promise<void>)[] = [];
  let url = '';
  let send: (signal: NodeJS.Signals) => void = () => {};
  beforeAll(async () => {
    if (java === undefined) return;
    const folder = createFolder((end) => ends.push(end));
    writeFileSync(join(folder, 'standalone.conf'), properties());
    writeFileSync(join(folder, 'log4j2.properties'), logging);
    const broker = startProcess(java, commandLine(folder), {
      cwd: folder,
      onFinished: (end) => ends.push(end),
      timeoutMs: 110_000,
    });
    send = (signal) => void broker.signal(signal);
    const ready = await broker.waitForLine(/messaging service is ready/);
    // The namespace that topics are in is made after that.
    await broker.waitForLine(/Created namespace public\/default/);
    url = `ws://127.0.0.1:${/service port = (\d+)/.exec(ready)?.[1]}`;
  }, 120_000);
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
  });
  return {
    get url() {
      return url;
    },
    signal: (signal) => send(signal),
  };
}

// What `bin/pulsar standalone` gives Java, as far as it is needed, and little memory.
const jvm = [
  '-Xmx256m',
  '-XX:MaxDirectMemorySize=256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:-UsePerfData',
  '-Djava.net.preferIPv4Stack=true',
  '-Dio.netty.tryReflectionSetAccessible=true',
  '-Dbookkeeper.metadata.bookie.drivers=org.apache.pulsar.metadata.bookkeeper.PulsarMetadataBookieDriver',
  '-Dbookkeeper.metadata.client.drivers=org.apache.pulsar.metadata.bookkeeper.PulsarMetadataClientDriver',
  '-Dlog4j2.is.webapp=false',
];
const openModules = [
  'java.base/java.io',
  'java.base/java.nio',
  'java.base/java.util.zip',
  'java.base/jdk.internal.misc',
  'java.base/jdk.internal.platform',
  'java.management/sun.management',
  'jdk.management/com.sun.management.internal',
];

function commandLine(folder: string): readonly string[] {
  return [
    ...jvm,
    ...openModules.map((each) => `--add-opens=${each}=ALL-UNNAMED`),
    `-Dlog4j.configurationFile=${join(folder, 'log4j2.properties')}`,
    '-cp',
    classPath('pulsar'),
    'org.apache.pulsar.PulsarStandaloneStarter',
    '--config',
    join(folder, 'standalone.conf'),
    '--metadata-dir',
    join(folder, 'metadata'),
    '--bookkeeper-dir',
    join(folder, 'bookkeeper'),
    // It finds a port of its own for the bookie then.
    '--bookkeeper-port',
    '0',
    '--no-functions-worker',
    '--no-stream-storage',
  ];
}

function properties(): string {
  return [
    'clusterName=standalone',
    'bindAddress=127.0.0.1',
    'advertisedAddress=127.0.0.1',
    'brokerServicePort=0',
    'webServicePort=0',
    'webSocketServiceEnabled=true',
    // The bookie has no address to bind to, only an interface; without one it listens on all.
    `listeningInterface=${findLoopback()}`,
    'allowLoopback=true',
    'journalSyncData=false',
    'loadBalancerEnabled=false',
    'managedLedgerDefaultEnsembleSize=1',
    'managedLedgerDefaultWriteQuorum=1',
    'managedLedgerDefaultAckQuorum=1',
    'managedLedgerCacheSizeMB=16',
    'dbStorage_writeCacheMaxSizeMb=16',
    'dbStorage_readAheadCacheMaxSizeMb=8',
    'numIOThreads=2',
    'numHttpServerThreads=8',
    'numOrderedExecutorThreads=2',
    'webSocketNumIoThreads=2',
  ].join('\n');
}

/** The name of the loopback interface: `lo` on Linux, `lo0` on macOS. */
function findLoopback(): string {
  const loopback = Object.entries(networkInterfaces()).find(([, addresses]) =>
    addresses?.some(({ address }) => address === '127.0.0.1'),
  );
  return loopback?.[0] ?? 'lo';
}

const logging = `
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %level %logger - %msg%n
logger.service.name = org.apache.pulsar.broker.PulsarService
logger.service.level = info
logger.namespaces.name = org.apache.pulsar.broker.admin.impl.NamespacesBase
logger.namespaces.level = info
`;
