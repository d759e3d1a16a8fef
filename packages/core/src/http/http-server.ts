import type { Server } from 'node:http';
import type { Component } from '../contract/component.js';
import { checkServer, type HttpServerOptions, resolveHttpServerOptions } from './options.js';
import { createServerComponent } from './server-component.js';

/**
 * Makes a component of any `http.Server` or `https.Server`, before or after it listens; Express, Koa, connect and Hono
 * apps run on one. What it does in each phase, and why, is told in `docs/http.md`.
 *
 * @throws OptionsError
 */
export function httpServer(server: Server, options: HttpServerOptions = {}): Component {
  checkServer(server);
  return createServerComponent(server, resolveHttpServerOptions(options));
}
