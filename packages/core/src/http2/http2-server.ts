import type { Http2SecureServer, Http2Server } from 'node:http2';
import type { Component } from '../contract/component.js';
import { OptionsError } from '../errors.js';
import { type HttpServerOptions, resolveHttpServerOptions } from '../http/options.js';
import { createServerComponent } from '../http/server-component.js';
import { checkPort as checkMethods, checkObject } from '../options/checks.js';
import { followSessions } from './follow-sessions.js';

/** Options of {@link http2Server}: those of `httpServer`, without an answer to new requests, which GOAWAY is. */
export interface Http2ServerOptions extends Omit<HttpServerOptions, 'name' | 'serveAndRefuse'> {
  /** The component's name. @default 'http2' */
  readonly name?: string;
}

/**
 * Makes a component of what `http2.createServer` or `http2.createSecureServer` returned, before any client connects.
 * With `allowHTTP1`, connections of HTTP/1 are treated as `httpServer` does. See `docs/adapters/http2.md`.
 *
 * @throws OptionsError
 */
export function http2Server(
  server: Http2Server | Http2SecureServer,
  options: Http2ServerOptions = {},
): Component {
  checkObject('server', server);
  checkMethods('server', server, ['listen', 'close', 'updateSettings', 'on']);
  checkObject('options', options);
  if ('serveAndRefuse' in options) {
    throw new OptionsError('serveAndRefuse', 'is for httpServer alone', options.serveAndRefuse);
  }
  const resolved = resolveHttpServerOptions({ name: 'http2', ...options });
  return createServerComponent(server, resolved, (table, now) => followSessions(server, table, now));
}
