import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { isQuiesceError, OptionsError } from '@quiesce/core';
import { type HttpServerOptions, httpServer } from '@quiesce/core/http';
import { describe, expect, it } from 'vitest';

function refusalOf(options: HttpServerOptions, server: Server = createServer()): Error {
  try {
    httpServer(server, options);
  } catch (error) {
    if (error instanceof OptionsError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('the options of httpServer', () => {
  it('may all be left out', () => {
    const component = httpServer(createServer());
    expect(component.name).toBe('http');
    expect(component.start).toBeUndefined();
    expect(component.pending?.()).toBe(0);
  });

  it.each<[HttpServerOptions, string]>([
    [{ name: ' ' }, 'name must be a text that is not empty; got " "'],
    [{ port: 65_536 }, 'port must be a whole number from 0 to 65535; got 65536'],
    [{ port: 80.5 }, 'port must be a whole number from 0 to 65535; got 80.5'],
    [{ port: 80, path: '/tmp/a.sock' }, 'path cannot be given together with port; got "/tmp/a.sock"'],
    [{ host: 'localhost', path: '/tmp/a.sock' }, 'host goes with port, not with path; got "localhost"'],
    [{ host: 'localhost' }, 'host needs a port; got "localhost"'],
    [{ path: '' }, 'path must be a text that is not empty; got ""'],
    [{ idleWindowMs: -1 }, 'idleWindowMs must be a finite number of milliseconds, 0 or more; got -1'],
    [
      { serveAndRefuse: { retryAfterSeconds: 1.5 } },
      'serveAndRefuse.retryAfterSeconds must be a whole number, 0 or more; got 1.5',
    ],
  ])('say which rule %j breaks', (options, message) => {
    const error = refusalOf(options);
    expect(error.message).toBe(message);
    expect(isQuiesceError(error, 'QUIESCE_OPTIONS')).toBe(true);
  });

  it('that nobody knows are refused', () => {
    const misspelt: object = { idleWindow: 3 };
    expect(refusalOf(misspelt).message).toContain('idleWindow is not an option; there are name, port');
    const inside: object = { serveAndRefuse: { retryAfter: 3 } };
    expect(refusalOf(inside).message).toContain('retryAfter is not an option');
  });

  it('refuse what is no HTTP/1 server', () => {
    const http2 = createHttp2Server() as unknown as Server;
    expect(refusalOf({}, http2).message).toContain('server must have the methods');
  });

  it('refuse a server that another component has', () => {
    const server = createServer();
    httpServer(server);
    expect(refusalOf({ name: 'again' }, server).message).toContain('handed to one component only');
  });
});
