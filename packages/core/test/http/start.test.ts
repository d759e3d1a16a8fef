import { lookup } from 'node:dns/promises';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StartContext } from '@quiesce/core';
import { httpServer } from '@quiesce/core/http';
import { createManualStop } from '@quiesce/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { get, openClient } from './support/raw-client.js';
import { echoPath, turns } from './support/test-server.js';

const context = (signal: AbortSignal = new AbortController().signal): StartContext => ({
  signal,
  fail(error) {
    throw error;
  },
});

function createTestServer(): Server {
  const server = createServer(echoPath);
  onTestFinished(() => {
    server.close();
  });
  return server;
}

describe('the start of an HTTP server', () => {
  it('makes it listen on a port', async () => {
    const server = createTestServer();
    await httpServer(server, { port: 0, host: '127.0.0.1' }).start?.(context());
    const { port, address } = server.address() as AddressInfo;
    expect(address).toBe('127.0.0.1');
    const client = await openClient({ port, host: '127.0.0.1' });
    client.send(get('/hello'));
    await client.until('path /hello');
    client.socket.destroy();
  });

  it('makes it listen on a Unix socket, which is gone after the stop', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'quiesce-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'http.sock');
    const component = httpServer(createTestServer(), { path, idleWindowMs: 0 });
    await component.start?.(context());
    const client = await openClient({ path });
    client.send(get('/over-unix'));
    await client.until('path /over-unix');
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    await stop.call(component, 'drain');
    await stop.call(component, 'release');
    expect(await client.ended).toBe('end');
    expect(existsSync(path)).toBe(false);
  });

  it('fails when the port is taken, and takes none of its own', async () => {
    const first = createTestServer();
    await httpServer(first, { port: 0, host: '127.0.0.1' }).start?.(context());
    const { port } = first.address() as AddressInfo;
    const second = createTestServer();
    const start = httpServer(second, { port, host: '127.0.0.1' }).start?.(context());
    await expect(start).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(second.listening).toBe(false);
    expect(second.listenerCount('error')).toBe(0);
  });

  it('fails when the server listens already', async () => {
    const server = createTestServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const start = httpServer(server, { port: 0 }).start?.(context());
    await expect(start).rejects.toMatchObject({ code: 'ERR_SERVER_ALREADY_LISTEN' });
    expect(server.listening).toBe(true);
  });

  it('fails with the reason of a stop that comes first', async () => {
    const aborted = AbortSignal.abort(new Error('stopped before'));
    const server = createTestServer();
    const start = async (): Promise<void> => httpServer(server, { port: 0 }).start?.(context(aborted));
    await expect(start()).rejects.toThrow('stopped before');
    expect(server.listening).toBe(false);
  });

  it('fails with the reason of a stop that comes in between, and listens no longer', async () => {
    const controller = new AbortController();
    const server = createTestServer();
    const start = httpServer(server, { port: 0, host: 'localhost' }).start?.(context(controller.signal));
    controller.abort(new Error('stopped meanwhile'));
    await expect(start).rejects.toThrow('stopped meanwhile');
    await lookup('localhost'); // the server's own look-up, begun before, ends too
    await turns();
    expect(server.listening).toBe(false);
  });
});
