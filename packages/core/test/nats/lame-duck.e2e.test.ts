import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type JetStreamComponent, jetStreamConsumer, natsConnection } from '@quiesce/core/nats';
import { expect, it, onTestFinished } from 'vitest';
import { startComponent, stopComponent } from '../support/component-run.js';
import { createGate } from '../support/test-lifecycle.js';
import {
  describeWithNats,
  type NatsServer,
  saysWhetherThereIsNats,
  startCluster,
} from './support/nats-server.js';

saysWhetherThereIsNats();

const count = 300;

async function connectTo(...servers: readonly NatsServer[]): Promise<NatsConnection> {
  const client = await connect({
    servers: servers.map(({ url }) => url),
    noRandomize: true,
    reconnectTimeWait: 20,
  });
  onTestFinished(() => client.close());
  return client;
}

/** A stream of three replicas; the cluster elects a leader first, so that it takes a few attempts. */
async function createStream(client: NatsConnection): Promise<void> {
  const manager = await jetstreamManager(client, { timeout: 2_000, checkAPI: false });
  for (let attempt = 1; ; attempt += 1) {
    try {
      await manager.streams.add({ name: 'S', subjects: ['S.*'], num_replicas: 3 });
      await manager.consumers.add('S', { durable_name: 'worker', ack_policy: 'explicit', ack_wait: 60e9 });
      return;
    } catch (error) {
      if (attempt === 20) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, 250);
      });
    }
  }
}

describeWithNats('a server that enters lame-duck mode', () => {
  it('is left by the client before it closes the connection, without a request or a message lost', async () => {
    const servers = await startCluster((end) => onTestFinished(end), 3);
    const [first, ...others] = servers;
    if (first === undefined) throw new Error('there is no server');
    await createStream(await connectTo(...others));
    const client = await connectTo(first);
    const connection = natsConnection(client);
    await startComponent(connection);
    const handled: string[] = [];
    const all = createGate();
    const worker: JetStreamComponent = jetStreamConsumer(
      await jetstream(client).consumers.get('S', 'worker'),
      ({ subject, redelivered }) => {
        expect(redelivered).toBe(false);
        handled.push(subject);
        if (handled.length === count) all.open();
      },
      { connection, concurrency: 8 },
    );
    await startComponent(worker);
    // Publishes one after the other all the time, while the server goes.
    const moved = createGate();
    void (async () => {
      for await (const { type } of client.status()) if (type === 'reconnect') moved.open();
    })();
    let published = 0;
    const publish = async (upTo: number): Promise<void> => {
      for (; published < upTo; published += 1) {
        const subject = `S.${published}`;
        await connection.run(() => jetstream(client).publish(subject, '', { msgID: subject, retries: 20 }));
      }
    };
    await publish(count / 3);
    first.process.signal('SIGUSR2');
    await Promise.all([moved.passed, publish((2 * count) / 3)]);
    await publish(count);
    await all.passed;
    expect(first.process.exit).toBeUndefined();
    expect(others.map(({ url }) => url)).toContain(`nats://${client.getServer()}`);
    expect(new Set(handled).size).toBe(count);
    await stopComponent(worker);
    await stopComponent(connection);
  });
});
