import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, type INestApplication, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createLifecycle, type Lifecycle, silentLogger } from '@quiesce/core';
import { type AppOptions, QuiesceModule } from '@quiesce/core/nest';
import { onTestFinished } from 'vitest';
import { openClient, type RawClient } from '../http/support/raw-client.js';
import { createGate, type Gate } from '../support/test-lifecycle.js';

/** The platforms that an application runs on. */
export const platforms = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter({ forceCloseConnections: true })],
] as const;

/** A Nest application that listens. */
export interface NestService {
  readonly app: INestApplication<Server>;
  readonly lifecycle: Lifecycle;
  /** What happened, in order. */
  readonly calls: string[];
  readonly held: Gate;
  /** Resolves when `/held` is asked for. */
  readonly begun: Gate;
  connect(): Promise<RawClient>;
}

/** Decorators are functions; called as such, they need no help of a compiler. */
function decorateMethod(target: object, name: string, decorator: MethodDecorator): void {
  decorator(target, name, Object.getOwnPropertyDescriptor(target, name) ?? {});
}

/** Creates, sets up and starts an application. */
export async function startNest(
  createAdapter: (typeof platforms)[number][1],
  options: Partial<AppOptions> = {},
): Promise<NestService> {
  const calls: string[] = [];
  const held = createGate();
  const begun = createGate();
  const lifecycle = createLifecycle({ name: 'service', signals: false, logger: silentLogger });
  const log = (what: string, signal?: string): void => void calls.push(`${what}(${signal ?? ''})`);

  class Store {
    onModuleDestroy(): void {
      log('onModuleDestroy');
    }
    beforeApplicationShutdown(signal?: string): void {
      log('beforeApplicationShutdown', signal);
    }
    onApplicationShutdown(signal?: string): void {
      log('onApplicationShutdown', signal);
    }
  }
  Injectable()(Store);

  class Orders {
    index(): string {
      return 'hello';
    }
    async held(): Promise<string> {
      begun.open();
      await held.passed;
      calls.push('answer');
      return 'held answer';
    }
  }
  decorateMethod(Orders.prototype, 'index', Get('/'));
  decorateMethod(Orders.prototype, 'held', Get('/held'));
  Controller()(Orders);

  class AppModule {}
  Module({
    imports: [QuiesceModule.forRoot({ lifecycle, idleWindowMs: 50, ...options })],
    controllers: [Orders],
    providers: [Store],
  })(AppModule);

  const app = await NestFactory.create<INestApplication<Server>>(AppModule, createAdapter(), {
    logger: false,
  });
  QuiesceModule.setup(app);
  await app.listen(0, '127.0.0.1');
  await lifecycle.start();
  onTestFinished(async () => {
    held.open();
    await lifecycle.shutdown({ mode: 'last-ditch' });
  });
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, lifecycle, calls, held, begun, connect: () => openClient({ port, host: '127.0.0.1' }) };
}
