import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLifecycle, silentLogger } from '@quiesce/core';
import { httpServer } from '@quiesce/core/http';
import { describe, expect, it } from 'vitest';
import { get, openClient, tryToConnect } from './support/raw-client.js';
import { echoPath } from './support/test-server.js';

function createTestLifecycle(options: object = {}): ReturnType<typeof createLifecycle> {
  return createLifecycle({
    name: 'test',
    signals: false,
    logger: silentLogger,
    timeoutMs: 10_000,
    ...options,
  });
}

describe('in a lifecycle', () => {
  it('several servers start, serve and stop together, each counting its own', async () => {
    const lifecycle = createTestLifecycle();
    const servers = ['public', 'admin'].map((name) => {
      const server = createServer((request, response) => {
        if (request.url !== '/slow') response.end(name);
        else lifecycle.on('phase-start', ({ phase }) => void (phase === 'drain' && response.end(name)));
      });
      lifecycle.add(httpServer(server, { name, port: 0, host: '127.0.0.1', idleWindowMs: 50 }));
      return server;
    });
    await lifecycle.start();
    const addresses = servers.map((server) => ({
      port: (server.address() as AddressInfo).port,
      host: '127.0.0.1',
    }));
    const clients = await Promise.all(addresses.map((address) => openClient(address)));
    clients[0]?.send(get('/slow'));
    clients[1]?.send(get('/quick'));
    await clients[1]?.until('admin');
    const pending = (): object =>
      Object.fromEntries(lifecycle.status().components.map((each) => [each.name, each.pending]));
    await expect.poll(pending).toEqual({ public: 1, admin: 0 });

    const report = await lifecycle.shutdown({ reason: 'test' });
    expect(await clients[0]?.rest()).toMatch(/Connection: close\r\n[^]*public$/);
    expect(report.outcome).toBe('clean');
    expect(report.work).toEqual({ inFlightAtStart: 1, completed: 1, cut: 0, cutWork: [] });
    for (const address of addresses) expect(await tryToConnect(address)).toBe('ECONNREFUSED');
  });

  it('work that does not end is cut when the drain has to end, and named with its server', async () => {
    const lifecycle = createTestLifecycle({ timeoutMs: 400 });
    const server = createServer(() => {});
    lifecycle.add(httpServer(server, { port: 0, host: '127.0.0.1' }));
    await lifecycle.start();
    const client = await openClient({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
    client.send(get('/for-ever?token=secret'));
    await expect.poll(() => lifecycle.status().inFlight).toBe(1);
    const report = await lifecycle.shutdown();
    expect(report.outcome).toBe('incomplete');
    expect(report.work).toMatchObject({ inFlightAtStart: 1, completed: 0, cut: 1 });
    expect(report.work.cutWork).toEqual([
      { component: 'http', name: 'GET /for-ever', ageMs: expect.any(Number) as number },
    ]);
    await client.ended;
  });

  it.each(['last-ditch', 'force'] as const)('%s cuts everything at once', async (mode) => {
    const lifecycle = createTestLifecycle();
    const server = createServer(() => {});
    lifecycle.add(httpServer(server, { port: 0, host: '127.0.0.1' }));
    await lifecycle.start();
    const address = { port: (server.address() as AddressInfo).port, host: '127.0.0.1' };
    const client = await openClient(address);
    client.send(get('/cut'));
    await expect.poll(() => lifecycle.status().inFlight).toBe(1);
    const report = await lifecycle.shutdown({ mode });
    expect(report.work).toMatchObject({ inFlightAtStart: 1, completed: 0, cut: 1 });
    await client.ended;
    expect(await tryToConnect(address)).toBe('ECONNREFUSED');
  });

  it('a lame duck ends when all clients have gone', async () => {
    const lifecycle = createTestLifecycle({ lameDuckMs: 200, lameDuckGraceMs: 20 });
    const server = createServer(echoPath);
    lifecycle.add(httpServer(server, { port: 0, host: '127.0.0.1', idleWindowMs: 10 }));
    await lifecycle.start();
    const address = { port: (server.address() as AddressInfo).port, host: '127.0.0.1' };
    const clients = [];
    for (let index = 0; index < 5; index += 1) clients.push(await openClient(address));
    const report = await lifecycle.shutdown({ mode: 'lame-duck' });
    expect(report.outcome).toBe('clean');
    for (const client of clients) expect(await client.ended).toBe('end');
  });
});
