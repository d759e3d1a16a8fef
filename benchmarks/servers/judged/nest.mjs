// NestJS on Express, with app.enableShutdownHooks() as its documentation of lifecycle events has it. Decorators are called
// as the functions that they are, so that nothing needs to be compiled.
import 'reflect-metadata'; // oxlint-disable-line import/no-unassigned-import -- Nest's own way: it changes a global
import { All, Controller, Module, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { announceListening, handler, port } from '../node-program.mjs';

class WorkController {
  work(request, response) {
    handler(request, response);
  }
}
Controller()(WorkController);
Req()(WorkController.prototype, 'work', 0);
Res()(WorkController.prototype, 'work', 1);
All('*path')(
  WorkController.prototype,
  'work',
  Object.getOwnPropertyDescriptor(WorkController.prototype, 'work'),
);

class AppModule {} // oxlint-disable-line typescript/no-extraneous-class -- a module of Nest is one
Module({ controllers: [WorkController] })(AppModule);

const app = await NestFactory.create(AppModule, { logger: false, bodyParser: false });
app.enableShutdownHooks();
await app.listen(port, '127.0.0.1');
announceListening(app.getHttpServer().address());
