import type { Server as HttpServer } from 'node:http';
import type { Http2Server } from 'node:http2';
import type { Server } from 'node:net';
import type { Component, StopContext } from '../contract/component.js';
import { httpServer } from '../http/http-server.js';
import type { HttpServerOptions } from '../http/options.js';
import { replaceProperty } from '../http/replace-property.js';
import { http2Server } from '../http2/http2-server.js';
import { readField, takePreCloseHooks } from './pre-close-hooks.js';
import type { ResolvedAppOptions } from './resolve-app-options.js';

/** What is stopped: a Fastify instance, or an app on a server that is not Fastify's. */
export interface StoppedApp {
  readonly server: Server | undefined;
}

/**
 * The stop of one Fastify instance, or of an app that is stopped in the same way.
 *
 * ```
 *  announce   as every HTTP server
 *  refuse     likewise; then the preClose hooks
 *  drain      the last connection is closed, of each address that `localhost` stands for
 *  release    `close`: the onClose hooks
 * ```
 */
export class AppComponent implements Component {
  readonly name: string;
  /** Resolves when the onClose hooks may run. */
  readonly mayClose: Promise<void>;
  readonly #app: StoppedApp;
  readonly #options: ResolvedAppOptions['http'];
  readonly #close: (stop: StopContext) => PromiseLike<unknown>;
  readonly #parts = new Map<Server, Component>();
  #unmask: (() => void)[] = [];
  #letClose!: () => void;

  constructor(
    app: StoppedApp,
    options: ResolvedAppOptions['http'],
    close: (stop: StopContext) => PromiseLike<unknown>,
  ) {
    this.name = options.name;
    this.#app = app;
    this.#options = options;
    this.#close = close;
    this.mayClose = new Promise((resolve) => {
      this.#letClose = resolve;
    });
    this.adoptServers();
  }

  /** Makes components of the instance's servers: one for each address, once it listens. */
  adoptServers(): void {
    const bindings = readField(this.#app, 'fastify.serverBindings');
    const others = Array.isArray(bindings) ? (bindings as Server[]) : [];
    for (const server of [this.#app.server, ...others]) {
      if (server !== undefined && !this.#parts.has(server))
        this.#parts.set(server, createPart(server, this.#options));
    }
  }

  announce(stop: StopContext): Promise<void> {
    return this.#callParts('announce', stop);
  }

  async refuse(stop: StopContext): Promise<void> {
    this.#keepOthers();
    const hooks = takePreCloseHooks(this.#app);
    await this.#callParts('refuse', stop);
    await Promise.all(hooks.map((hook) => hook()));
  }

  drain(stop: StopContext): Promise<void> {
    return this.#callParts('drain', stop);
  }

  async release(stop: StopContext): Promise<void> {
    for (const unmask of this.#unmask.splice(0)) unmask();
    await this.#callParts('release', stop);
    this.#letClose();
    await this.#close(stop);
  }

  abort(): void {
    for (const part of this.#parts.values()) part.abort?.();
  }

  pending(): number {
    return [...this.#parts.values()].reduce((sum, part) => sum + (part.pending?.() ?? 0), 0);
  }

  /** When the first server is closed, Fastify closes the others, and those that are idle or all on them with it. */
  #keepOthers(): void {
    this.adoptServers();
    const [, ...others] = this.#parts.keys();
    this.#unmask = others.flatMap((server) =>
      ['closeIdleConnections', 'closeAllConnections'].map((name) => replaceProperty(server, name, () => {})),
    );
  }

  async #callParts(phase: 'announce' | 'refuse' | 'drain' | 'release', stop: StopContext): Promise<void> {
    await Promise.all([...this.#parts.values()].map(async (part) => part[phase]?.(stop)));
  }
}

function createPart(server: Server, options: HttpServerOptions): Component {
  if ('closeAllConnections' in server) return httpServer(server as HttpServer, options);
  return http2Server(server as Http2Server, options);
}
