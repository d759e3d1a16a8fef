import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { httpServer } from '@quiesce/core/http';
import { http2Server } from '@quiesce/core/http2';
import { eventStreams } from '@quiesce/core/sse';
import { describe, expect, it, onTestFinished } from 'vitest';
import { get, openClient } from '../http/support/raw-client.js';
import { ask, holdAnswers, serveHttp2, type TestHttp2Server } from './support/serve-http2.js';

const read = (name: string): Buffer => readFileSync(new URL(`../http/fixtures/${name}`, import.meta.url));
const credentials = { key: read('test-key.pem'), cert: read('test-cert.pem') };

type Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

function serveBoth(listener: Listener): Promise<TestHttp2Server> {
  return serveHttp2(createSecureServer({ ...credentials, allowHTTP1: true }, listener), {
    protocol: 'https:',
    idleWindowMs: 50,
  });
}

describe('a secure server of HTTP/2 that speaks HTTP/1 too', () => {
  it('tells each client in its own protocol, and answers both', async () => {
    const held = holdAnswers();
    const { component, connect, port, stop } = await serveBoth(held.listener);
    const old = await openClient({ port, host: '127.0.0.1' }, { tls: true });
    old.send(get('/one'));
    const modern = await connect();
    const answer = ask(modern, '/two');
    await held.waiting(2);
    expect(component.pending?.()).toBe(2);
    await stop.call(component, 'refuse');
    const drained = stop.call(component, 'drain');
    held.answer();
    expect(await old.rest()).toMatch(/Connection: close\r\n[^]*path \/one$/);
    expect((await answer).body.toString()).toBe('path /two');
    expect(modern.goaways.length).toBeGreaterThan(0);
    await drained;
    await stop.call(component, 'release');
    expect(stop.completed).toBe(2);
    expect(stop.cutWork).toEqual([]);
  });

  it('keeps a connection of HTTP/1 that was answered a moment ago for one last request', async () => {
    const { component, port, stop } = await serveBoth((_request, response) => response.end('answered'));
    const client = await openClient({ port, host: '127.0.0.1' }, { tls: true });
    client.send(get('/first'));
    await client.until('answered');
    await stop.call(component, 'refuse');
    client.send(get('/last'));
    expect(await client.rest()).toMatch(/Connection: close\r\n[^]*answered$/);
    await stop.call(component, 'drain');
  });

  it('does not wait for a peer of HTTP/2 that never ends its side', async () => {
    const { component, port, server, stop } = await serveBoth(() => {});
    const accepted = once(server, 'session');
    const options = { port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] };
    const peer = connectTls({ ...options, allowHalfOpen: true } as ConnectionOptions);
    onTestFinished(() => void peer.destroy());
    // The preface and empty SETTINGS (RFC 9113, 3.4).
    peer.write(Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0', 'latin1'));
    peer.resume();
    await accepted;
    await stop.call(component, 'refuse');
    await stop.call(component, 'drain');
    expect(stop.cutWork).toEqual([]);
  });

  it('counts an event stream of either once, and ends it with its final event', async () => {
    const streams = eventStreams({ event: 'bye' });
    let opened = 0;
    const { component, connect, port, stop } = await serveBoth((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('data: hello\n\n');
      streams.open(response);
      opened += 1;
    });
    const old = await openClient({ port, host: '127.0.0.1' }, { tls: true });
    old.send(get('/one'));
    const answer = ask(await connect(), '/two');
    await expect.poll(() => opened).toBe(2);
    expect([component.pending?.(), streams.pending?.()]).toEqual([2, 0]);
    const parts = [streams, component];
    for (const each of parts) await stop.call(each, 'refuse');
    await Promise.all(parts.map((each) => stop.call(each, 'drain')));
    expect((await answer).body.toString()).toMatch(/^data: hello\n\nevent: bye\n/);
    expect(await old.rest()).toContain('event: bye');
    await Promise.all(parts.map((each) => stop.call(each, 'release')));
    expect(stop.completed).toBe(2);
    expect(stop.cutWork).toEqual([]);
  });

  it('cuts and names the requests of both', async () => {
    const held = holdAnswers();
    const { component, connect, port, stop } = await serveBoth(held.listener);
    const old = await openClient({ port, host: '127.0.0.1' }, { tls: true });
    old.send(get('/one'));
    ask(await connect(), '/two').catch(() => {});
    await held.waiting(2);
    await stop.call(component, 'refuse');
    stop.cut();
    await stop.call(component, 'release');
    expect(stop.cutWork.map(({ name }) => name).toSorted()).toEqual(['GET /one', 'GET /two']);
  });
});

describe('http2Server', () => {
  it('takes servers of HTTP/2 alone, and answers nobody with 503', () => {
    const server = createSecureServer({ ...credentials, allowHTTP1: true });
    expect(() => http2Server({} as typeof server)).toThrow(/server must have the methods/);
    expect(() => httpServer(server as never)).toThrow(/server must have the methods/);
    const options = { serveAndRefuse: true } as object;
    expect(() => http2Server(server, options)).toThrow(/serveAndRefuse is for httpServer alone/);
    expect(() => http2Server(server, { idleWindowMs: -1 })).toThrow(/idleWindowMs/);
    expect(http2Server(server).name).toBe('http2');
    expect(() => http2Server(server)).toThrow(/one component only/);
  });
});
