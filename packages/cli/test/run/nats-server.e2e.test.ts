import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type ControlEvent, createControlClient } from '@quiesce/control/client';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { requireServer, type ServerName } from '../../../../e2e/support/servers.js';
import { ask, createFolder, type Supervised, supervise } from '../support/supervise.js';

interface Ports {
  readonly client: number;
  readonly monitoring: number;
}

type Nats = Supervised & { readonly ports: Ports };

async function freePorts(): Promise<Ports> {
  const servers = [createServer(), createServer()].map((server) => server.listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
  const [client = 0, monitoring = 0] = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return { client, monitoring };
}

/** Starts this program under `quiesce run`; resolves when its readiness, which nobody told of, is there. */
async function superviseNats(
  command: string,
  options: readonly string[] = [],
  store?: string,
): Promise<Nats> {
  const ports = await freePorts();
  const address = ['-a', '127.0.0.1', '-p', String(ports.client), '-m', String(ports.monitoring)];
  const jetStream = store === undefined ? [] : ['-js', '-sd', store];
  const supervised = supervise(options, [command, ...address, ...jetStream]);
  await supervised.supervisor.waitForLine(/Server is ready/);
  await expect.poll(() => stateOf(supervised), { timeout: 20_000 }).toBe('running');
  return { ...supervised, ports };
}

async function stateOf({ socketPath }: Supervised): Promise<string> {
  try {
    return (await createControlClient({ socketPath }).status()).state;
  } catch {
    return 'unreachable';
  }
}

async function connectTo({ client: port }: Ports): Promise<NatsConnection> {
  const connection = await connect({ servers: `127.0.0.1:${port}`, reconnect: false });
  onTestFinished(() => connection.close());
  return connection;
}

/** Resolves when the server tells the client of its lame duck. */
async function whenLameDuck(connection: NatsConnection): Promise<void> {
  for await (const { type } of connection.status()) if (type === 'ldm') return;
  throw new Error('the connection ended without a lame duck');
}

/** What SIGTERM ends a release with: 1 before 2.11, 0 since then. */
function codeOfSigterm(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 2 && minor < 11 ? 1 : 0;
}

const releases: readonly ServerName[] = ['nats-server', 'nats-server-newest'];

describe.each(releases)('a real %s under quiesce run', (release) => {
  const startNats = (context: TestContext, options?: readonly string[], store?: string): Promise<Nats> =>
    superviseNats(requireServer(context, release), options, store);

  it('exits after SIGTERM with the code of its version: that is clean, and the policy gives the code', async (context) => {
    const nats = await startNats(context);
    nats.supervisor.signal('SIGTERM');
    expect(await nats.supervisor.waitForExit()).toMatchObject({ code: 0 });
    expect(nats.report().outcome).toBe('clean');
    const { version } = nats.child().before ?? {};
    expect(nats.child().exit?.code).toBe(codeOfSigterm(String(version)));
    expect(nats.child().steps).toMatchObject([{ signal: 'SIGTERM', outcome: 'ended' }]);
    expect(nats.child().before).toMatchObject({ connections: 0, version: expect.stringMatching(/^2\./) });
  });

  it('is a lame duck for POST /control/shutdown {"mode":"ldm"}: clients are told, and it ends when they have left', async (context) => {
    const nats = await startNats(context);
    const connections = [await connectTo(nats.ports), await connectTo(nats.ports)];
    const told = connections.map((connection) => whenLameDuck(connection).then(() => connection.close()));
    const events: ControlEvent[] = [];
    const report = await createControlClient({ socketPath: nats.socketPath }).shutdown({
      mode: 'ldm',
      timeoutMs: 30_000,
      onEvent: (event) => events.push(event),
    });
    await Promise.all(told);
    expect(report).toMatchObject({ outcome: 'clean', mode: { requested: 'lame-duck' }, exit: { code: 0 } });
    const details = report.components.find(({ name }) => name === 'child')?.details;
    expect(details).toMatchObject({
      exit: { code: 0, signal: null },
      before: { connections: 2 },
      steps: [
        { signal: 'SIGUSR2', outcome: 'connections-gone' },
        { signal: 'SIGINT', outcome: 'ended' },
      ],
    });
    const progress = events.filter((event) => event.type === 'progress');
    expect(progress.at(-1)).toMatchObject({ message: expect.stringContaining('0 connections left') });
    // It has ended before the answer came; the server's own lame duck would have taken 30 s at least.
    expect(report.durationMs).toBeLessThan(20_000);
    expect(await nats.supervisor.waitForExit()).toMatchObject({ code: 0 });
  });

  it('is ended by SIGINT, never by SIGTERM, when its clients stay beyond their share of the time', async (context) => {
    const nats = await startNats(context, ['--mode', 'lame-duck', '--timeout', '4']);
    const connection = await connectTo(nats.ports);
    nats.supervisor.signal('SIGTERM');
    await whenLameDuck(connection);
    expect(await nats.supervisor.waitForExit()).toMatchObject({ code: 0 });
    expect(nats.child().steps).toMatchObject([
      { signal: 'SIGUSR2', outcome: 'time' },
      { signal: 'SIGINT', outcome: 'ended' },
    ]);
    expect(nats.child().exit).toEqual({ code: 0, signal: null });
  });

  it('ends its lame duck by itself, at once, when nobody is connected', async (context) => {
    const nats = await startNats(context);
    nats.supervisor.signal('SIGUSR2');
    expect(await nats.supervisor.waitForExit()).toMatchObject({ code: 0 });
    expect(nats.report().mode.requested).toBe('lame-duck');
    expect(nats.child().steps).toMatchObject([{ signal: 'SIGUSR2', outcome: 'ended' }]);
  });

  it('goes from a lame duck to a graceful stop when that is asked for', async (context) => {
    const nats = await startNats(context, ['--timeout', '25']);
    const connection = await connectTo(nats.ports);
    const client = createControlClient({ socketPath: nats.socketPath });
    await client.requestShutdown({ mode: 'ldm' });
    await whenLameDuck(connection);
    const report = await client.shutdown({ mode: 'graceful' });
    expect(report).toMatchObject({ outcome: 'clean', mode: { requested: 'lame-duck', reached: 'graceful' } });
    expect(report.components.find(({ name }) => name === 'child')?.details).toMatchObject({
      steps: [{ signal: 'SIGUSR2', outcome: 'hurried' }, { signal: 'SIGINT' }],
    });
  });

  it('tells probes what it does: ready, red at once, alive to the end', async (context) => {
    const nats = await startNats(context, ['--announce', '0.5']);
    expect(await ask(nats, '/readyz')).toBe(200);
    await createControlClient({ socketPath: nats.socketPath }).requestShutdown();
    expect(await Promise.all([ask(nats, '/readyz'), ask(nats, '/livez')])).toEqual([503, 200]);
    expect(await nats.supervisor.waitForExit()).toMatchObject({ code: 0 });
  });

  for (const mode of ['graceful', 'lame-duck']) {
    it(`keeps every message that it acknowledged through a ${mode} stop under load`, async (context) => {
      const store = join(createFolder(), 'store');
      const nats = await startNats(context, ['--mode', mode, '--timeout', '8'], store);
      const connections = await Promise.all(Array.from({ length: 8 }, () => connectTo(nats.ports)));
      const [first] = connections;
      if (first === undefined) throw new Error('there is no connection');
      const manager = await jetstreamManager(first);
      await manager.streams.add({ name: 'orders', subjects: ['orders.>'] });
      const acknowledged = new Set<string>();
      const publishers = connections.map(async (connection, client) => {
        const stream = jetstream(connection, { timeout: 2_000 });
        for (let number = 0; ; number += 1) {
          const subject = `orders.${client}.${number}`;
          try {
            await stream.publish(subject, subject);
          } catch {
            return;
          }
          acknowledged.add(subject);
          if (acknowledged.size === 200) nats.supervisor.signal('SIGTERM');
        }
      });
      await Promise.all(publishers);
      expect(await nats.supervisor.waitForExit()).toMatchObject({ code: 0 });
      expect(acknowledged.size).toBeGreaterThanOrEqual(200);

      const again = await startNats(context, [], store);
      const reader = await connectTo(again.ports);
      const info = await (await jetstreamManager(reader)).streams.info('orders', { subjects_filter: '>' });
      const stored = new Set(Object.keys(info.state.subjects ?? {}));
      expect([...acknowledged].filter((subject) => !stored.has(subject))).toEqual([]);
      again.supervisor.signal('SIGTERM');
      await again.supervisor.waitForExit();
    });
  }
});
