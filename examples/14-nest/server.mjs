// Decorators are called as functions here, because a module of JavaScript cannot use their syntax.
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, Injectable, Module, ServiceUnavailableException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createLifecycle } from '@quiesce/core';
import { QuiesceHealth, QuiesceModule } from '@quiesce/core/nest';

/** @param {object} target @param {string} method @param {MethodDecorator} decorator */
function decorate(target, method, decorator) {
  decorator(target, method, Object.getOwnPropertyDescriptor(target, method) ?? {});
}

class Store {
  onModuleDestroy() {
    console.log('store closed');
  }
}
Injectable()(Store);

class Orders {
  /** @param {QuiesceHealth} health */
  constructor(health) {
    this.health = health;
  }
  async find() {
    await sleep(500);
    return 'answered\n';
  }
  ready() {
    const health = this.health.check();
    if (health.status !== 'ok') throw new ServiceUnavailableException(health);
    return health;
  }
}
Controller()(Orders);
Reflect.defineMetadata('design:paramtypes', [QuiesceHealth], Orders);
decorate(Orders.prototype, 'find', Get('/orders/:id'));
decorate(Orders.prototype, 'ready', Get('/readyz'));

class AppModule {}
const lifecycle = createLifecycle({ name: 'orders' });
Module({
  imports: [QuiesceModule.forRoot({ lifecycle })],
  controllers: [Orders],
  providers: [Store],
})(AppModule);

const app = await NestFactory.create(AppModule, { logger: ['error'] });
QuiesceModule.setup(app);
const server = await app.listen(Number(process.env['PORT'] ?? 8080), '127.0.0.1');
console.log('listening on', server.address());
await lifecycle.run();
