import type { Lifecycle } from '../contract/lifecycle.js';
import type { AppOptions } from '../fastify/options.js';
import type { QuiesceHealth } from './health.js';
import type { QuiesceModule } from './quiesce-module.js';

/** What is needed of a Nest application, with or without an HTTP server. */
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

/** A provider that Nest makes with a function. */
export interface FactoryProvider<Token, Injected extends readonly unknown[]> {
  provide: string | typeof QuiesceHealth;
  inject: Token[];
  useFactory: (...injected: Injected) => unknown;
}

/** What Nest calls a dynamic module: plain data, for which no decorator is needed. */
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
