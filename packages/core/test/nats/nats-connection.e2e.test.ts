import { type ServiceMsg, Svcm } from '@nats-io/services';
import type { NatsConnection } from '@nats-io/transport-node';
import { type HandleMessages, natsConnection, natsSubscriptions } from '@quiesce/core/nats';
import { componentContract, createManualStop } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { startComponent, stopComponent } from '../support/component-run.js';
import { createGate } from '../support/test-lifecycle.js';
import { useNats } from './support/nats-in-file.js';
import { describeWithNats, saysWhetherThereIsNats } from './support/nats-server.js';

const nats = useNats();

saysWhetherThereIsNats();

describeWithNats('the release of a NATS connection', () => {
  it('flushes what was published, and closes', async () => {
    const [client, other] = [await nats.connect(), await nats.connect()];
    const received = createGate();
    other.subscribe('last.words', { callback: () => received.open() });
    await other.flush();
    const component = natsConnection(client);
    await startComponent(component);
    client.publish('last.words');
    await stopComponent(component);
    await received.passed;
    expect(client.isClosed()).toBe(true);
  });

  it('ends by its deadline when the server does not answer', async () => {
    const client = await nats.connect();
    const component = natsConnection(client);
    await startComponent(component);
    nats.server.process.signal('SIGSTOP');
    const stop = createManualStop();
    await stop.call(component, 'drain');
    const released = stop.call(component, 'release');
    stop.abort('release');
    await released;
    nats.server.process.signal('SIGCONT');
    expect(client.isClosed()).toBe(true);
  });

  it('tells the service when the connection is closed by anybody else', async () => {
    const client = await nats.connect();
    const component = natsConnection(client);
    const failed = createGate();
    await component.start?.({ signal: new AbortController().signal, fail: () => failed.open() });
    await client.close();
    await failed.passed;
    await stopComponent(component);
    expect(component.pending?.()).toBe(0);
  });
});

describeWithNats('core subscriptions and services', () => {
  it('handle what the server has sent, and answer it, before the connection goes', async () => {
    const [client, caller] = [await nats.connect(), await nats.connect()];
    const gate = createGate();
    const begun = createGate();
    const connection = natsConnection(client);
    const subscriptions = natsSubscriptions((handle) =>
      client.subscribe('slow', {
        callback: handle(async (message) => {
          begun.open();
          await gate.passed;
          message.respond('done');
        }),
      }),
    );
    await startComponent(connection);
    await startComponent(subscriptions);
    await client.flush();
    const answers = Promise.all(
      Array.from({ length: 20 }, () => caller.request('slow', '', { timeout: 20_000 })),
    );
    await begun.passed;
    await caller.flush();
    const stop = createManualStop();
    await stop.call(subscriptions, 'refuse');
    expect(subscriptions.pending?.()).toBe(20);
    const drained = stop.call(subscriptions, 'drain');
    gate.open();
    await drained;
    await stopComponent(connection);
    expect((await answers).map((answer) => answer.string())).toEqual(
      Array.from({ length: 20 }, () => 'done'),
    );
    expect(stop.completed).toBe(20);
  });

  it('of @nats-io/services are no longer found once they refuse, and answer what they have begun', async () => {
    const [client, caller] = [await nats.connect(), await nats.connect()];
    const gate = createGate();
    const begun = createGate();
    const service = natsSubscriptions((handle) => addService(client, handle, begun.open, gate.passed));
    await startComponent(service);
    await client.flush();
    const answer = caller.request('sum.add', '1', { timeout: 20_000 });
    await begun.passed;
    const stop = createManualStop();
    await stop.call(service, 'refuse');
    await expect(caller.request('sum.add', '2', { timeout: 20_000 })).rejects.toThrow(/503|no responders/i);
    gate.open();
    await stop.call(service, 'drain');
    expect((await answer).string()).toBe('sum');
    await stop.call(service, 'release');
  });
});

async function addService(
  client: NatsConnection,
  handle: HandleMessages,
  begun: () => void,
  gate: Promise<void>,
): Promise<{ stop(): Promise<unknown> }> {
  // `@nats-io/services` brings a copy of `@nats-io/nats-core` of its own, with types that differ in places.
  const service = await new Svcm(client as unknown as ConstructorParameters<typeof Svcm>[0]).add({
    name: 'sum',
    version: '1.0.0',
  });
  service.addGroup('sum').addEndpoint(
    'add',
    handle(async (message: ServiceMsg) => {
      begun();
      await gate;
      message.respond('sum');
    }),
  );
  return service;
}

componentContract({
  name: 'natsConnection',
  async create() {
    const client = await nats.connect();
    const component = natsConnection(client);
    return {
      component,
      async begin() {
        const gate = createGate();
        const run = component.run(() => gate.passed);
        return {
          async end() {
            gate.open();
            await run;
          },
        };
      },
      dispose: () => client.close(),
    };
  },
  test: { describe: describeWithNats as typeof describe, it },
});

componentContract({
  name: 'natsSubscriptions',
  async create() {
    const client = await nats.connect();
    const gate = createGate();
    const begun = createGate();
    const component = natsSubscriptions((handle) =>
      client.subscribe('contract', {
        callback: handle(async () => {
          begun.open();
          await gate.passed;
        }),
      }),
    );
    return {
      component,
      async begin() {
        client.publish('contract');
        await begun.passed;
        return { end: () => gate.open() };
      },
      async dispose() {
        gate.open();
        await client.close();
      },
    };
  },
  test: { describe: describeWithNats as typeof describe, it },
});
