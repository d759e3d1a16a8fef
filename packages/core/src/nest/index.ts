export type { AppOptions } from '../fastify/options.js';
export { type HealthCheck, type HealthOf, QuiesceHealth } from './health.js';
export type {
  AsyncOptions,
  FactoryProvider,
  NestApplicationLike,
  QuiesceDynamicModule,
} from './options.js';
export { LIFECYCLE, QuiesceModule } from './quiesce-module.js';
