// NestJS on Express, with app.enableShutdownHooks() as its documentation of lifecycle events has it. Decorators are called
// as the functions that they are, so that nothing needs to be compiled.
import 'reflect-metadata';
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

class AppModule {}
Module({ controllers: [WorkController] })(AppModule);

const app = await NestFactory.create(AppModule, { logger: false, bodyParser: false });
app.enableShutdownHooks();
await app.listen(port, '127.0.0.1');
announceListening(app.getHttpServer().address());
