import { createServer } from 'node:http';
import { createLifecycle, silentLogger } from '@quiesce/core';
import { httpServer } from '@quiesce/core/http';

/**
 * A service for a program that is about more than this service: it takes no signal, ends no process and writes no log.
 * @param {import('@quiesce/core').Logger} [logger]
 */
export function createGreeter(logger = silentLogger) {
  const server = createServer((_request, response) => response.end('hello\n'));
  const lifecycle = createLifecycle({ name: 'greeter', signals: false, exit: false, logger });
  lifecycle.add(httpServer(server, { port: 0, host: '127.0.0.1' }));
  return { lifecycle, server };
}
