import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLifecycle, type Lifecycle, silentLogger } from '@quiesce/core';
import quiesce, { type AppOptions } from '@quiesce/core/fastify';
import fastify, { type FastifyServerOptions } from 'fastify';
import fastify4 from 'fastify-4';
import { describe, expect, it, onTestFinished } from 'vitest';
import { get, openClient, type RawClient } from '../http/support/raw-client.js';
import { createGate, type Gate } from '../support/test-lifecycle.js';

const majors = [
  // Of all that a test calls, both majors have the same.
  ['Fastify 4', fastify4 as unknown as typeof fastify],
  ['Fastify 5', fastify],
] as const;

interface Service {
  readonly app: ReturnType<typeof fastify>;
  readonly lifecycle: Lifecycle;
  /** What happened, in order. */
  readonly calls: string[];
  /** Lets `/held` be answered. */
  readonly held: Gate;
  connect(): Promise<RawClient>;
}

type Create = typeof fastify;

interface ServiceOptions extends Partial<AppOptions> {
  readonly server?: FastifyServerOptions;
}

async function createService(create: Create, options: ServiceOptions = {}): Promise<Service> {
  const { server = {}, ...own } = options;
  const calls: string[] = [];
  const held = createGate();
  const lifecycle = createLifecycle({ name: 'service', signals: false, logger: silentLogger });
  const app = create(server);
  const database = lifecycle.add({ name: 'database', release: () => void calls.push('database') });
  app.addHook('preClose', async () => void calls.push('early preClose'));
  app.addHook('onClose', async () => void calls.push('early onClose'));
  await app.register(quiesce, { lifecycle, dependsOn: [database], idleWindowMs: 50, ...own });
  app.addHook('onClose', async () => void calls.push('late onClose'));
  app.register(async (child) => {
    child.addHook('preClose', (done) => {
      calls.push('preClose of a child');
      done();
    });
  });
  app.get('/', async () => 'hello');
  app.get('/held', async () => {
    app.server.emit('held');
    await held.passed;
    calls.push('answer');
    return 'held answer';
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  await lifecycle.start();
  onTestFinished(async () => {
    held.open();
    await lifecycle.shutdown({ mode: 'last-ditch' });
  });
  const { port } = app.server.address() as AddressInfo;
  return { app, lifecycle, calls, held, connect: () => openClient({ port, host: '127.0.0.1' }) };
}

/** What Fastify does when `localhost` is 127.0.0.1 and ::1; not every machine that runs this has the latter. */
async function bindAnother(app: Service['app']): Promise<Server> {
  const server = createServer(app.routing as unknown as RequestListener);
  const bindings = Object.getOwnPropertySymbols(app).find(
    ({ description }) => description === 'fastify.serverBindings',
  );
  (Reflect.get(app, bindings ?? '') as Server[]).push(server);
  app.server.on('close', () => {
    server.close();
    server.closeAllConnections();
  });
  server.listen(0, '127.0.0.2');
  await once(server, 'listening');
  return server;
}

const inOrder = [
  'early preClose',
  'preClose of a child',
  'answer',
  'late onClose',
  'early onClose',
  'database',
];

describe.each(majors)('%s', (_name, create) => {
  it('has its hooks called in our phases, and its requests answered between them', async () => {
    const { app, calls, connect, held, lifecycle } = await createService(create);
    const client = await connect();
    const begun = once(app.server, 'held');
    client.send(get('/held'));
    await begun;
    expect(lifecycle.status().inFlight).toBe(1);
    const stopped = lifecycle.shutdown();
    await expect.poll(() => calls.length).toBe(2);
    expect(lifecycle.status().stop?.phase).toBe('drain');
    held.open();
    expect(await client.rest()).toMatch(/connection: close\r\n[^]*held answer$/i);
    const report = await stopped;
    expect(calls).toEqual(inOrder);
    expect(report).toMatchObject({ outcome: 'clean', work: { completed: 1, cut: 0 } });
  });

  it('is stopped once, also when close() is called first, and again, and during the stop', async () => {
    const { app, calls, connect, held, lifecycle } = await createService(create);
    const client = await connect();
    const begun = once(app.server, 'held');
    client.send(get('/held'));
    await begun;
    const closed = [app.close(), app.close()];
    await expect.poll(() => lifecycle.status().stop?.phase).toBe('drain');
    closed.push(app.close());
    held.open();
    expect(await client.rest()).toContain('held answer');
    await Promise.all(closed);
    const report = await lifecycle.shutdown();
    expect(report).toMatchObject({ reason: 'fastify.close', outcome: 'clean' });
    expect(calls).toEqual(inOrder);
  });

  it('serves what comes on a kept connection in the idle window, whatever return503OnClosing says', async () => {
    const { app, connect, lifecycle } = await createService(create, { idleWindowMs: 60_000 });
    const client = await connect();
    client.send(get('/'));
    await client.until('hello');
    const closed = app.close();
    await expect.poll(() => lifecycle.status().stop?.phase).toBe('drain');
    client.send(get('/'));
    expect(await client.rest()).toMatch(/200 OK[^]*200 OK[^]*connection: close\r\n[^]*hello$/i);
    await closed;
  });

  it('cuts nothing with forceCloseConnections, and is not held by a connection that says nothing', async () => {
    const { app, connect, held } = await createService(create, { server: { forceCloseConnections: true } });
    const silent = await connect();
    const client = await connect();
    const begun = once(app.server, 'held');
    client.send(get('/held'));
    await begun;
    const closed = app.close();
    held.open();
    expect(await client.rest()).toContain('held answer');
    expect(await silent.ended).toBe('end');
    await closed;
  });

  it('answers on each address that localhost stands for', async () => {
    const { app, connect, held, lifecycle } = await createService(create, {
      server: { forceCloseConnections: true },
    });
    const other = await bindAnother(app);
    const address = other.address() as AddressInfo;
    const clients = [await connect(), await openClient({ host: address.address, port: address.port })];
    const begun = [once(app.server, 'request'), once(other, 'request')];
    for (const client of clients) client.send(get('/held'));
    await Promise.all(begun);
    const closed = app.close();
    await expect.poll(() => lifecycle.status().stop?.phase).toBe('drain');
    const [first, second] = clients;
    await expect.poll(() => other.listening).toBe(false);
    held.open();
    expect(await first?.rest()).toContain('held answer');
    expect(await second?.rest()).toContain('held answer');
    await closed;
    expect((await lifecycle.stopped).work).toMatchObject({ completed: 2, cut: 0 });
  });

  it('is closed when it was never ready, and injects until then', async () => {
    const lifecycle = createLifecycle({ name: 'service', signals: false, logger: silentLogger });
    const app = create();
    app.register(quiesce, { lifecycle });
    app.get('/', async () => 'hello');
    expect((await app.inject('/')).body).toBe('hello');
    await app.close();
    expect(await lifecycle.stopped).toMatchObject({ reason: 'fastify.close', outcome: 'clean' });

    const unready = create();
    const another = createLifecycle({ name: 'service', signals: false, logger: silentLogger });
    unready.register(quiesce, { lifecycle: another });
    await unready.close();
    expect((await another.stopped).outcome).toBe('clean');
  });

  it('names a preClose hook that fails in the report, and closes all the same', async () => {
    const lifecycle = createLifecycle({ name: 'service', signals: false, logger: silentLogger });
    const app = create();
    await app.register(quiesce, { lifecycle });
    const closed: string[] = [];
    app.addHook('preClose', (done) => done(new Error('nobody to tell')));
    app.addHook('onClose', async () => void closed.push('closed'));
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { components, outcome } = await lifecycle.shutdown();
    expect(outcome).toBe('incomplete');
    expect(components[0]?.phases.find(({ phase }) => phase === 'refuse')?.error?.message).toBe(
      'nobody to tell',
    );
    expect(closed).toEqual(['closed']);
  });

  it('does not load without a lifecycle', async () => {
    const app = create();
    app.register(quiesce, {} as AppOptions);
    await expect(app.ready()).rejects.toThrow(/lifecycle must be an object/);
  });
});
