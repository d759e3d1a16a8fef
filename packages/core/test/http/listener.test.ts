import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closeListener } from '../../src/http/listener.js';
import { systemClock } from '../../src/ports/clock.js';
import { get, openClient, type RawClient } from './support/raw-client.js';
import { echoPath } from './support/test-server.js';

async function listen(): Promise<{
  server: ReturnType<typeof createServer>;
  address: { port: number; host: string };
}> {
  const server = createServer(echoPath);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, address: { port: (server.address() as AddressInfo).port, host: '127.0.0.1' } };
}

describe('closing a listener', () => {
  it('accepts everybody who is in its queue first', async () => {
    const { server, address } = await listen();
    const clients: Promise<RawClient>[] = [];
    for (let index = 0; index < 100; index += 1) clients.push(openClient(address));
    // The kernel has taken a connection when connect() has returned, and this process has not accepted one yet.
    await closeListener(server, createManualClock()).closed;
    expect(server.listening).toBe(false);
    for (const connecting of clients) {
      const client = await connecting;
      client.send(get('/served'));
      await client.until('path /served');
    }
  });

  it('keeps idle connections, and closeIdleConnections() as it was', async () => {
    const { server, address } = await listen();
    const client = await openClient(address);
    client.send(get());
    await client.until('path /');
    await closeListener(server, systemClock).closed;
    client.send(get('/again'));
    await client.until('path /again');
    expect(Object.hasOwn(server, 'closeIdleConnections')).toBe(false);
    server.closeIdleConnections();
    expect(await client.ended).toBe('end');
  });

  it('can be hurried, more than once', async () => {
    const { server } = await listen();
    const closing = closeListener(server, systemClock);
    closing.now();
    expect(server.listening).toBe(false);
    closing.now();
    await closing.closed;
  });

  it('is done at once when the server does not listen', async () => {
    const server = createServer();
    server.on('close', () => expect.unreachable());
    await closeListener(server, systemClock).closed;
  });

  it('gives up on a queue that is never empty', async () => {
    const { server } = await listen();
    let nowMs = 0;
    const clock = { ...systemClock, now: () => (nowMs += 10) };
    const knocking = setImmediate(function knock() {
      server.emit('drop');
      again = setImmediate(knock);
    });
    let again = knocking;
    await closeListener(server, clock).closed;
    clearImmediate(again);
    expect(nowMs).toBeGreaterThanOrEqual(2_000);
    expect(nowMs).toBeLessThan(2_100);
  });
});
