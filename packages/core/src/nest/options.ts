import type { Lifecycle } from '../contract/lifecycle.js';
import type { AppOptions } from '../fastify/options.js';
import type { QuiesceHealth } from './health.js';
import type { QuiesceModule } from './quiesce-module.js';

/** A Nest application, with or without a server. */
export interface NestApplicationLike {
  get(token: string): unknown;
  close(): Promise<void>;
  getHttpServer?(): unknown;
  getHttpAdapter?(): { getType(): string; getInstance(): unknown };
}

/** Options that depend on other providers. */
export interface AsyncOptions<Import, Token, Injected extends readonly unknown[]> {
  /** @default [] */
  readonly imports?: readonly Import[];
  /** What `useFactory` is called with. @default [] */
  readonly inject?: readonly Token[];
  readonly useFactory: (...injected: Injected) => AppOptions | Promise<AppOptions>;
}

/** A factory provider of Nest. */
export interface FactoryProvider<Token, Injected extends readonly unknown[]> {
  provide: string | typeof QuiesceHealth;
  inject: Token[];
  useFactory: (...injected: Injected) => unknown;
}

/** A dynamic module of Nest. */
export interface QuiesceDynamicModule<Import, Token, Injected extends readonly unknown[]> {
  module: typeof QuiesceModule;
  global: true;
  imports: Import[];
  providers: (
    | FactoryProvider<Token, Injected>
    | FactoryProvider<string, [AppOptions]>
    | FactoryProvider<string, [Lifecycle]>
  )[];
  exports: (string | typeof QuiesceHealth)[];
}
