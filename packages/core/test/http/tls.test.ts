import { readFileSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:https';
import { describe, expect, it } from 'vitest';
import { get, openClient } from './support/raw-client.js';
import { echoPath, serve, type TestServer, turns, untilEvent } from './support/test-server.js';

const read = (name: string): Buffer => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
/** Self-signed for test.invalid, made for these tests only. */
const credentials = { key: read('test-key.pem'), cert: read('test-cert.pem') };

function serveTls(listener: RequestListener = echoPath): Promise<TestServer> {
  return serve(listener, { server: createServer(credentials, listener) as unknown as Server });
}

describe('an https server', () => {
  it('finishes what is in flight, and closes idle connections', async () => {
    const { clock, component, connect, drain, refuse, server } = await serveTls((request, response) => {
      if (request.url === '/slow') server.once('finish-slow', () => response.end('slow answer'));
      else response.end('quick answer');
    });
    const idle = await connect({ tls: true });
    idle.send(get('/quick'));
    await idle.until('quick answer');
    await clock.advance(1_000);
    const busy = await connect({ tls: true });
    busy.send(get('/slow'));
    await untilEvent(server, 'request');
    expect(component.pending?.()).toBe(1);
    await refuse();
    const drained = drain();
    expect(await idle.ended).toBe('end');
    await clock.advance(10_000);
    expect(drained.isSettled).toBe(false);
    server.emit('finish-slow');
    expect(await busy.rest()).toMatch(/Connection: close\r\n[^]*slow answer$/);
    await drained.settled;
  });

  it('keeps a connection that was answered a moment ago for one last request', async () => {
    const { clock, connect, drain, refuse } = await serveTls();
    const client = await connect({ tls: true });
    client.send(get('/first'));
    await client.until('path /first');
    await refuse();
    await clock.advance(400);
    client.send(get('/last'));
    expect(await client.rest()).toMatch(/Connection: close\r\n[^]*path \/last$/);
    await drain().settled;
  });

  it('does not wait for handshakes that never end', async () => {
    const { address, clock, drain, refuse, server } = await serveTls();
    const accepted = untilEvent(server, 'connection', 2);
    const silent = await openClient(address);
    const stuck = await openClient(address);
    stuck.send(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
    await accepted;
    await refuse();
    const drained = drain();
    await clock.advance(480);
    expect(drained.isSettled).toBe(false);
    await clock.advance(40);
    await drained.settled;
    expect(await silent.ended).toBe('end');
    expect(await stuck.ended).toBe('end');
  });

  it('serves whoever ends the handshake after the refusal', async () => {
    const { address, drain, refuse, server } = await serveTls();
    const accepted = untilEvent(server, 'connection');
    const connecting = openClient(address, { tls: true });
    await accepted;
    await refuse();
    const client = await connecting;
    client.send(get('/first'));
    expect(await client.rest()).toMatch(/Connection: close\r\n[^]*path \/first$/);
    await drain().settled;
  });

  it('cuts what is left', async () => {
    const { component, connect, drain, refuse, server, stop } = await serveTls(() => {});
    const client = await connect({ tls: true });
    client.send(get('/never'));
    await untilEvent(server, 'request');
    await refuse();
    const drained = drain();
    stop.abort('drain');
    await drained.settled;
    expect(stop.cutWork.map(({ name }) => name)).toEqual(['GET /never']);
    await stop.call(component, 'release');
    await client.ended;
    await turns();
    expect(await new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))).toBe(0);
  });
});
