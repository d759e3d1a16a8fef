import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closeListener } from '../../src/http/listener.js';
import { type Clock, systemClock } from '../../src/ports/clock.js';
import { createFolder } from '../support/fixture.js';
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

  it('waits for no quiet turn when they come all the time, as long as none is in the queue', async () => {
    const { server } = await listen();
    const { clock, readMs } = knockingAllTheTime(server);
    await closeListener(server, clock).closed;
    expect(readMs()).toBeGreaterThanOrEqual(50);
    expect(readMs()).toBeLessThan(150);
  });

  it('gives up on a queue that is never empty, where the kernel cannot be asked', async () => {
    const path = join(createFolder(onTestFinished), 'socket');
    const server = createServer(echoPath);
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => {
      server.listen(path, resolve);
    });
    const { clock, readMs } = knockingAllTheTime(server);
    await closeListener(server, clock).closed;
    expect(readMs()).toBeGreaterThanOrEqual(2_000);
    expect(readMs()).toBeLessThan(2_100);
  });
});

/** Somebody is there in every turn of the event loop, of which each takes ten milliseconds of the clock. */
function knockingAllTheTime(server: Server): { readonly clock: Clock; readonly readMs: () => number } {
  let nowMs = 0;
  let again = setImmediate(function knock() {
    server.emit('drop');
    again = setImmediate(knock);
  });
  onTestFinished(() => clearImmediate(again));
  return { clock: { ...systemClock, now: () => (nowMs += 10) }, readMs: () => nowMs };
}
