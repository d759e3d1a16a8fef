import { type INestApplication, Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createLifecycle, type Lifecycle, silentLogger } from '@quiesce/core';
import { type HealthCheck, LIFECYCLE, QuiesceHealth, QuiesceModule } from '@quiesce/core/nest';
import type { INestApplication as Application10, DynamicModule as DynamicModule10 } from 'nest-common-10';
import { describe, expect, it } from 'vitest';
import { get } from '../http/support/raw-client.js';
import { platforms, startNest } from './nest-service.js';

const hooks = (signal: string): string[] => [
  'answer',
  'onModuleDestroy()',
  `beforeApplicationShutdown(${signal})`,
  `onApplicationShutdown(${signal})`,
];

describe.each(platforms)('an application on %s', (_name, createAdapter) => {
  it('destroys nothing while a request runs, and then calls its hooks in their order', async () => {
    const { begun, calls, connect, held, lifecycle } = await startNest(createAdapter);
    const client = await connect();
    client.send(get('/held'));
    await begun.passed;
    const stopped = lifecycle.shutdown({ reason: 'signal:SIGTERM' });
    await expect.poll(() => lifecycle.status().stop?.phase).toBe('drain');
    expect(calls).toEqual([]);
    held.open();
    expect(await client.rest()).toMatch(/connection: close\r\n[^]*held answer$/i);
    const report = await stopped;
    expect(calls).toEqual(hooks('SIGTERM'));
    expect(report).toMatchObject({ outcome: 'clean', work: { completed: 1, cut: 0 } });
  });

  it('is stopped once by close(), however often it is called', async () => {
    const { app, begun, calls, connect, held, lifecycle } = await startNest(createAdapter);
    const client = await connect();
    client.send(get('/held'));
    await begun.passed;
    const closed = [app.close(), app.close()];
    await expect.poll(() => lifecycle.status().stop?.phase).toBe('drain');
    expect(calls).toEqual([]);
    held.open();
    expect(await client.rest()).toContain('held answer');
    await Promise.all(closed);
    await app.close();
    expect(calls).toEqual(hooks(''));
    expect(await lifecycle.stopped).toMatchObject({ reason: 'nest.close', outcome: 'clean' });
  });

  it('serves what comes on a kept connection in the idle window', async () => {
    const { app, connect, lifecycle } = await startNest(createAdapter, { idleWindowMs: 60_000 });
    const client = await connect();
    client.send(get('/'));
    await client.until('hello');
    const closed = app.close();
    await expect.poll(() => lifecycle.status().stop?.phase).toBe('drain');
    client.send(get('/'));
    expect(await client.rest()).toMatch(/200 OK[^]*200 OK[^]*connection: close\r\n[^]*hello$/i);
    await closed;
  });

  it('leaves the signals to the lifecycle', async () => {
    const before = process.listenerCount('SIGTERM');
    const { app } = await startNest(createAdapter);
    expect(app.enableShutdownHooks()).toBe(app);
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});

/** A module that needs nothing but what it is given. */
async function createContext(lifecycle: Lifecycle): Promise<{ health: HealthCheck; injected: Lifecycle }> {
  class Settings {
    readonly name = 'configured';
  }
  class SettingsModule {}
  Module({ providers: [Settings], exports: [Settings] })(SettingsModule);
  class Worker {
    readonly lifecycle: Lifecycle;
    constructor(injected: Lifecycle) {
      this.lifecycle = injected;
    }
  }
  Inject(LIFECYCLE)(Worker, undefined, 0);
  Injectable()(Worker);
  class AppModule {}
  Module({
    imports: [
      QuiesceModule.forRootAsync({
        imports: [SettingsModule],
        inject: [Settings],
        useFactory: async (settings: Settings) => ({ lifecycle, name: settings.name }),
      }),
    ],
    providers: [Worker],
  })(AppModule);
  const context = await NestFactory.createApplicationContext(AppModule, { logger: false });
  QuiesceModule.setup(context);
  await lifecycle.start();
  const health = context.get(QuiesceHealth).check();
  return { health, injected: context.get(Worker).lifecycle };
}

describe('a context without a server', () => {
  it('has its options from other providers, gives the lifecycle to others, and tells its health', async () => {
    const lifecycle = createLifecycle({ name: 'worker', signals: false, logger: silentLogger });
    const { health, injected } = await createContext(lifecycle);
    expect(injected).toBe(lifecycle);
    const up = { configured: { status: 'up', state: 'started', pending: 0 } };
    expect(health).toEqual({ status: 'ok', info: up, error: {}, details: up });
    expect((await lifecycle.shutdown()).outcome).toBe('clean');
  });
});

describe('QuiesceHealth', () => {
  it('says what is not up, and that the service is stopping from the first moment on', async () => {
    const lifecycle = createLifecycle({ name: 'worker', signals: false, logger: silentLogger });
    let started = (): void => {};
    const start = (): Promise<void> =>
      new Promise((resolve) => {
        started = resolve;
      });
    lifecycle.add({ name: 'slow', start });
    lifecycle.add({ name: 'quick', start: () => {} });
    const health = new QuiesceHealth(lifecycle);
    expect(health.check()).toMatchObject({ status: 'error', info: {} });
    const running = lifecycle.start();
    await expect.poll(() => Object.keys(health.check().info)).toEqual(['quick']);
    expect(health.check()).toMatchObject({
      status: 'error',
      error: { slow: { status: 'down', state: 'starting' } },
    });
    started();
    await running;
    expect(health.check()).toMatchObject({ status: 'ok', error: {} });
    const stopped = lifecycle.shutdown();
    expect(health.check()).toMatchObject({ status: 'shutting_down' });
    await stopped;
    expect(health.check()).toMatchObject({ status: 'shutting_down' });
  });
});

it('modules and applications of Nest 10 are taken as well, as the compiler sees it', () => {
  const lifecycle = createLifecycle({ name: 'types', signals: false, logger: silentLogger });
  const oldest: DynamicModule10 = QuiesceModule.forRoot({ lifecycle });
  const setup: (app: Application10) => Lifecycle = QuiesceModule.setup;
  const newest: (app: INestApplication) => Lifecycle = QuiesceModule.setup;
  expect([oldest.module, typeof setup, typeof newest]).toEqual([QuiesceModule, 'function', 'function']);
});
