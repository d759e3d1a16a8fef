import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpServer } from '@quiesce/core/http';
import { createManualClock, createManualStop } from '@quiesce/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { get, openClient } from './support/raw-client.js';
import { turns, untilEvent } from './support/test-server.js';

async function listen(server: Server): Promise<{ readonly port: number; readonly host: string }> {
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, host: '127.0.0.1' };
}

describe('a server that had connections before it was handed over', () => {
  it('stops as if it had been handed over before', async () => {
    const responses: ServerResponse[] = [];
    const server = createServer((request, response) => {
      if (request.url === '/slow') responses.push(response);
      else response.end('quick answer');
    });
    const address = await listen(server);
    const [silent, idle, busy] = [
      await openClient(address),
      await openClient(address),
      await openClient(address),
    ];
    idle.send(get('/quick'));
    await idle.until('quick answer');
    busy.send(get('/slow'));
    await untilEvent(server, 'request');

    const clock = createManualClock();
    const component = httpServer(server, { clock });
    expect(component.pending?.()).toBe(1);
    await clock.advance(1_000);
    const stop = createManualStop({ clock });
    await stop.call(component, 'refuse');
    await clock.advance(1);
    expect(await silent.ended).toBe('end');
    expect(await idle.ended).toBe('end');
    let isDrained = false;
    const drained = stop.call(component, 'drain').then(() => {
      isDrained = true;
    });
    await turns();
    expect(isDrained).toBe(false);
    responses[0]?.end('slow answer');
    expect(await busy.rest()).toMatch(/Connection: close\r\n[^]*slow answer$/);
    await drained;
    expect(stop.completed).toBe(1);
    await stop.call(component, 'release');
  });

  it('waits for sockets that were upgraded before, though nobody can name them', async () => {
    const server = createServer();
    server.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      socket.on('end', () => socket.end());
      socket.resume();
    });
    const address = await listen(server);
    const client = await openClient(address);
    client.send(get('/ws', { Connection: 'Upgrade', Upgrade: 'any' }));
    await client.until('101');
    const clock = createManualClock();
    const component = httpServer(server, { clock });
    const stop = createManualStop({ clock });
    await stop.call(component, 'refuse');
    let isDrained = false;
    const drained = stop.call(component, 'drain').then(() => {
      isDrained = true;
    });
    await clock.advance(5_000);
    await turns();
    expect(isDrained).toBe(false);
    client.socket.end();
    await drained;
    await stop.call(component, 'release');
    expect(clock.timers).toBe(0);
  });
});
