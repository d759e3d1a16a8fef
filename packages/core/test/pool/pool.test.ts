import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLifecycle, silentLogger } from '@quiesce/core';
import { type PoolLike, pool } from '@quiesce/core/pool';
import { componentContract, createManualStop } from '@quiesce/core/testing';
import { Redis } from 'ioredis';
import pg from 'pg';
import { Agent, Pool, request } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { never } from '../support/test-lifecycle.js';

componentContract({
  name: 'pool',
  test: { describe, it },
  create: () => ({ component: pool(new pg.Pool()) }),
});

/** A server that lets the test answer. */
async function serve(): Promise<{ server: Server; origin: string }> {
  const server = createServer();
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Records which of its methods are called. */
function record(...methods: readonly string[]): { resource: PoolLike; calls: string[] } {
  const calls: string[] = [];
  const resource = Object.fromEntries(methods.map((name) => [name, () => void calls.push(name)]));
  return { resource, calls };
}

describe('pool', () => {
  it.each([
    [['end', 'destroy'], 'end'],
    [['disconnect', 'end', 'quit'], 'quit'],
    [['destroy', 'close'], 'close'],
    [['close', 'end'], 'end'],
    [['destroy'], 'destroy'],
  ])('of something with %s calls %s, once', async (methods, called) => {
    const { resource, calls } = record(...methods);
    const component = pool(resource);
    const stop = createManualStop();
    await stop.call(component, 'release');
    await stop.call(component, 'release');
    expect(calls).toEqual([called]);
  });

  it('calls the method it is told to', async () => {
    const { resource, calls } = record('end', 'close');
    await createManualStop().call(pool(resource, { method: 'close' }), 'release');
    expect(calls).toEqual(['close']);
  });

  it.each([
    ['ended', true],
    ['ending', true],
    ['closed', true],
    ['destroyed', true],
    ['status', 'end'],
  ])('leaves alone what says that %s is %s', async (field, value) => {
    const { resource, calls } = record('end', 'destroy');
    const component = pool(Object.assign(resource, { [field]: value }));
    await createManualStop().call(component, 'release');
    component.abort?.();
    expect(calls).toEqual([]);
  });

  it('waits for what is under way, and then for no longer', async () => {
    const { server, origin } = await serve();
    const agent = new Agent();
    const asked = once(server, 'request');
    const answer = request(origin, { dispatcher: agent }).then(({ body }) => body.text());
    const [, response] = await asked;
    const component = pool(agent);
    const released = createManualStop().call(component, 'release');
    response.end('answered');
    expect(await answer).toBe('answered');
    await released;
    await expect(request(origin, { dispatcher: agent })).rejects.toThrow(/closed|destroyed/);
  });

  it('gives up what never ends when the time of its hook is over', async () => {
    const { server, origin } = await serve();
    const agent = new Pool(origin);
    const asked = once(server, 'request');
    const answer = agent.request({ path: '/', method: 'GET' });
    const failed = answer.then(
      () => 'answered',
      (error: Error) => error.message,
    );
    await asked;
    const lifecycle = createLifecycle({ name: 'pool', signals: false, logger: silentLogger });
    lifecycle.add(pool(agent, { name: 'agent' }), { budgetMs: 20 });
    const report = await lifecycle.shutdown();
    expect(await failed).toMatch(/destroyed/);
    expect(report.outcome).toBe('incomplete');
    expect(report.components[0]?.phases[0]).toMatchObject({ phase: 'release', outcome: 'late' });
  });

  it('is released after everything that depends on it', async () => {
    const order: string[] = [];
    const lifecycle = createLifecycle({ name: 'pool', signals: false, logger: silentLogger });
    const database = lifecycle.add(pool({ end: async () => void order.push('database') }));
    const cache = lifecycle.add(pool({ quit: async () => void order.push('cache') }, { name: 'cache' }), {
      dependsOn: [database],
    });
    lifecycle.add({ name: 'worker', release: async () => void order.push('worker') }, { dependsOn: [cache] });
    lifecycle.add({ name: 'telemetry', exit: ({ outcome }) => void order.push(`telemetry of ${outcome}`) });
    await lifecycle.shutdown();
    expect(order).toEqual(['worker', 'cache', 'database', 'telemetry of clean']);
  });

  it('names what it fails with in the report', async () => {
    const lifecycle = createLifecycle({ name: 'pool', signals: false, logger: silentLogger });
    lifecycle.add(pool({ end: () => Promise.reject(new Error('not given back')) }));
    const { components } = await lifecycle.shutdown();
    expect(components[0]?.phases[0]).toMatchObject({
      outcome: 'failed',
      error: { message: 'not given back' },
    });
  });

  it('takes pools of all kinds, and nothing else', () => {
    // `mongodb`: what its MongoClient has; `postgres`: a function that is its own client.
    const mongodb = { close: (force?: boolean) => Promise.resolve(void force) };
    const postgres = Object.assign(() => {}, { end: never, close: never });
    const redis = new Redis({ lazyConnect: true });
    const pools: readonly PoolLike[] = [
      new pg.Pool(),
      new pg.Client(),
      redis,
      new Agent(),
      mongodb,
      postgres,
    ];
    expect(pools.map((each) => pool(each).name)).toEqual(pools.map(() => 'pool'));
    redis.disconnect();
    expect(() => pool({ end: 'no method' })).toThrow(/pool must have the method quit, end, close, destroy/);
    expect(() => pool({ end: never }, { method: 'close' })).toThrow(/pool must have the method close/);
    expect(() => pool({ end: never }, { name: '' })).toThrow(/name/);
    expect(() => pool({ end: never }, { timeout: 1 } as object)).toThrow(
      /timeout is not an option|is not an option/,
    );
  });
});
