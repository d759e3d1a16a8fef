import type { Server } from 'node:net';
import type { AddOptions } from '../contract/component.js';
import type { Lifecycle } from '../contract/lifecycle.js';
import type { HttpServerOptions } from '../http/options.js';

/** What the plugin needs of a Fastify instance. */
export interface FastifyLike {
  readonly server: Server;
  close(): PromiseLike<unknown>;
  addHook(name: 'onReady' | 'onListen' | 'onClose', hook: () => Promise<void>): unknown;
}

/** Where and how an app is added as one component, and options of `httpServer`. */
export interface AppOptions extends AddOptions, Omit<HttpServerOptions, 'name' | 'port' | 'host' | 'path'> {
  readonly lifecycle: Lifecycle;
  /** The component's name. @default 'fastify' or 'nest' */
  readonly name?: string;
}
