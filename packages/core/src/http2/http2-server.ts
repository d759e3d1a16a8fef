import type { Http2SecureServer, Http2Server } from 'node:http2';
import type { Component } from '../contract/component.js';
import { OptionsError } from '../errors.js';
import { type HttpServerOptions, resolveHttpServerOptions } from '../http/options.js';
import { createServerComponent } from '../http/server-component.js';
import { checkPort as checkMethods, checkObject } from '../options/checks.js';
import { followSessions } from './follow-sessions.js';

/** Those of `httpServer`, with the name `http2` by default; new requests are refused by GOAWAY. */
export type Http2ServerOptions = Omit<HttpServerOptions, 'serveAndRefuse'>;

/**
 * Makes a component of an HTTP/2 server, before any client connects. Its connections of HTTP/1 (`allowHTTP1`) are
 * treated as `httpServer` does. See `docs/adapters/http2.md`.
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
