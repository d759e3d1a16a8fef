import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { get, post, tryToConnect } from './support/raw-client.js';
import { type ServeOptions, serve, type TestServer, turns, untilEvent } from './support/test-server.js';

interface Refusing extends TestServer {
  readonly responses: ServerResponse[];
}

/** A server with one request in flight. */
async function serveOne(options: ServeOptions = { serveAndRefuse: true }): Promise<Refusing> {
  const responses: ServerResponse[] = [];
  const served = await serve((_request, response) => void responses.push(response), options);
  const client = await served.connect();
  client.send(get('/slow'));
  await untilEvent(served.server, 'request');
  return { ...served, responses };
}

describe('a server that serves and refuses', () => {
  it('answers new requests with 503 until what was in flight has ended, and closes then', async () => {
    const { address, connect, drain, refuse, responses, stop, component, server } = await serveOne();
    await refuse();
    const drained = drain();
    const client = await connect();
    client.send(get('/new'));
    const answer = await client.rest();
    expect(answer).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/);
    expect(answer).toContain('Retry-After: 1\r\n');
    expect(answer).toContain('Connection: close\r\n');
    expect(await client.ended).toBe('end');
    expect(drained.isSettled).toBe(false);
    expect(server.listening).toBe(true);

    expect(responses).toHaveLength(1);
    responses[0]?.end('slow answer');
    await drained.settled;
    expect(await tryToConnect(address)).toBe('ECONNREFUSED');
    await stop.call(component, 'release');
    expect(stop.completed).toBe(1);
    expect(stop.notes).toEqual([expect.objectContaining({ code: 'refused-requests', count: 1 })]);
  });

  it('says when to come back as it was told', async () => {
    const { connect, refuse } = await serveOne({ serveAndRefuse: { retryAfterSeconds: 7 } });
    await refuse();
    const client = await connect();
    client.send(get('/new'));
    expect(await client.rest()).toContain('Retry-After: 7\r\n');
  });

  it('refuses bodies without reading them, upgrades, and requests on open connections', async () => {
    const { clock, connect, refuse, responses, server } = await serveOne();
    server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
      socket.end('upgraded');
    });
    const open = await connect();
    await clock.advance(1);
    await refuse();
    const uploading = await connect();
    uploading.send(post('/upload', 1_000_000, { Expect: '100-continue' }));
    expect(await uploading.rest()).toMatch(/^HTTP\/1\.1 503 /);
    const upgrading = await connect();
    upgrading.send(get('/ws', { Connection: 'Upgrade', Upgrade: 'websocket' }));
    expect(await upgrading.rest()).toMatch(/^HTTP\/1\.1 503 /);
    open.send(get('/again'));
    expect(await open.rest()).toMatch(/^HTTP\/1\.1 503 /);
    expect(responses).toHaveLength(1);
  });

  it('is not kept by those that come again and again', async () => {
    const { address, connect, drain, refuse, responses } = await serveOne();
    await refuse();
    const drained = drain();
    const knock = async (): Promise<void> => {
      while (!drained.isSettled) {
        const client = await connect().catch(() => undefined);
        client?.send(get('/again'));
        await client?.ended;
        await turns(1);
      }
    };
    const knocking = [knock(), knock(), knock()];
    await turns();
    responses[0]?.end();
    await drained.settled;
    await Promise.all(knocking);
    expect(await tryToConnect(address)).toBe('ECONNREFUSED');
  });

  it('gives the server its own listeners back', async () => {
    const { component, drain, refuse, responses, server, stop } = await serveOne();
    const own = server.listeners('request');
    await refuse();
    expect(server.listeners('request')).not.toEqual(own);
    responses[0]?.end();
    await drain().settled;
    await stop.call(component, 'release');
    expect(server.listeners('request')).toEqual(own);
    expect(server.listenerCount('checkContinue')).toBe(0);
    expect(server.listenerCount('upgrade')).toBe(0);
  });

  it('closes at once when its work is cut', async () => {
    const { drain, refuse, server, stop } = await serveOne();
    await refuse();
    const drained = drain();
    stop.abort('drain');
    expect(server.listening).toBe(false);
    expect(stop.cutWork).toHaveLength(1);
    await drained.settled;
  });
});
