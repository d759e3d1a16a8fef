import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect as connectSocket } from 'node:net';
import { PassThrough } from 'node:stream';
import { httpServer } from '@quiesce/core/http';
import {
  type EventStreams,
  type EventStreamsOptions,
  eventStreams,
  type OpenStreamOptions,
} from '@quiesce/core/sse';
import { componentContract, createManualClock, createManualStop } from '@quiesce/core/testing';
import express from 'express';
import fastify from 'fastify';
import Koa from 'koa';
import { describe, expect, it, onTestFinished } from 'vitest';

interface StreamService {
  readonly component: EventStreams;
  readonly server: ReturnType<typeof createServer>;
  readonly port: number;
  readonly opened: { readonly response: ServerResponse; readonly signal: AbortSignal }[];
  dispose(): void;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(
  listener: Listener,
): Promise<{ server: ReturnType<typeof createServer>; port: number }> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

async function serveStreams(
  options: EventStreamsOptions = {},
  open: OpenStreamOptions = {},
): Promise<StreamService> {
  const component = eventStreams(options);
  const opened: { response: ServerResponse; signal: AbortSignal }[] = [];
  const { server, port } = await listen((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('data: hello\n\n');
    opened.push({ response, signal: component.open(response, open) });
  });
  const dispose = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { component, server, port, opened, dispose };
}

async function serveForTest(options?: EventStreamsOptions, open?: OpenStreamOptions): Promise<StreamService> {
  const service = await serveStreams(options, open);
  onTestFinished(() => service.dispose());
  return service;
}

interface StreamClient {
  /** Everything that has come when the stream has ended. */
  readonly whole: Promise<string>;
  destroy(): void;
}

async function openStream(port: number): Promise<StreamClient> {
  const outgoing = request({ port, host: '127.0.0.1', path: '/events?token=secret', agent: false });
  outgoing.on('error', () => {});
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  let text = '';
  response.on('error', () => {});
  const first = once(response, 'data');
  response.on('data', (chunk) => {
    text += chunk;
  });
  const whole = new Promise<string>((resolve) => {
    response.on('close', () => resolve(text));
  });
  await first;
  return { whole, destroy: () => void outgoing.destroy() };
}

componentContract({
  name: 'eventStreams',
  async create() {
    const { component, dispose, opened, port } = await serveStreams({}, { final: false });
    let client: StreamClient | undefined;
    return {
      component,
      async begin() {
        client = await openStream(port);
        return {
          async end() {
            opened[0]?.response.end();
            await client?.whole;
          },
        };
      },
      dispose() {
        client?.destroy();
        dispose();
      },
    };
  },
  test: { describe, it },
});

describe('event streams that stop', () => {
  it('abort their signal, send a final event with a time to retry, and end', async () => {
    const { component, opened, port } = await serveForTest({ retryMs: 2_000 });
    const client = await openStream(port);
    const stop = createManualStop();
    opened[0]?.signal.addEventListener('abort', () => opened[0]?.response.write('data: last words\n\n'));
    await stop.call(component, 'refuse');
    await stop.call(component, 'drain');
    const [, retryMs] =
      /^data: hello\n\ndata: last words\n\nevent: end\nretry: (\d+)\ndata: server is stopping\n\n$/.exec(
        await client.whole,
      ) ?? [];
    expect(Number(retryMs)).toBeGreaterThanOrEqual(1_000);
    expect(Number(retryMs)).toBeLessThanOrEqual(2_000);
    expect(opened[0]?.signal.reason).toMatchObject({ code: 'QUIESCE_STOPPING' });
    expect(stop.completed).toBe(1);
  });

  it('end with what was given for one of them, or leave the end to its handler', async () => {
    const clock = createManualClock();
    const { component, opened, port } = await serveForTest({ clock }, { final: '{"end":true}\n' });
    const client = await openStream(port);
    const stop = createManualStop({ clock });
    await stop.call(component, 'refuse');
    await clock.advance(1);
    expect(await client.whole).toBe('data: hello\n\n{"end":true}\n');
    const other = await openStream(port);
    opened[1]?.response.end('by the handler');
    await clock.advance(1); // its turn comes when it has ended
    expect(await other.whole).toBe('data: hello\n\nby the handler');
    await stop.call(component, 'drain');
  });

  it('abort the signal of a client that goes by itself, and forget it', async () => {
    const { component, opened, port } = await serveForTest();
    const client = await openStream(port);
    const aborted = once(opened[0]?.signal as AbortSignal, 'abort');
    client.destroy();
    await aborted;
    expect(component.pending?.()).toBe(0);
    expect(component.open(opened[0]?.response as ServerResponse).aborted).toBe(true);
  });

  it('cut a reader that does not read, and name it', async () => {
    const { component, opened, port } = await serveForTest();
    const socket = connectSocket(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write('GET /events?token=secret HTTP/1.1\r\nHost: test\r\n\r\n');
    await once(socket, 'readable');
    const response = opened[0]?.response as ServerResponse;
    const megabyte = Buffer.alloc(2 ** 20);
    while (response.writableLength < 16 * 2 ** 20) response.write(megabyte);
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    const drained = stop.call(component, 'drain');
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(component.pending?.()).toBe(1);
    stop.abort('drain');
    await drained;
    expect(stop.cutWork.map(({ name }) => name)).toEqual(['GET /events']);
  });

  it('end one by one in lame-duck', async () => {
    const clock = createManualClock();
    const { component, opened, port } = await serveForTest({ clock });
    for (let index = 0; index < 3; index += 1) await openStream(port);
    const { signal } = new AbortController();
    const stop = createManualStop({ clock, lameDuck: { durationMs: 4_000, graceMs: 1_000, signal } });
    await stop.call(component, 'refuse');
    const ended = (): number => opened.filter(({ response }) => response.writableEnded).length;
    await clock.advance(999);
    expect(ended()).toBe(0);
    await clock.advance(1);
    expect(ended()).toBe(1);
    await clock.advance(2_000);
    expect(ended()).toBe(3);
    await stop.call(component, 'drain');
  });

  it('are counted by the httpServer that sees their responses, and once only', async () => {
    const { component, port, server } = await serveForTest();
    const http = httpServer(server, { idleWindowMs: 10 });
    const client = await openStream(port);
    expect([http.pending?.(), component.pending?.()]).toEqual([1, 0]);
    const stop = createManualStop();
    await Promise.all([stop.call(http, 'refuse'), stop.call(component, 'refuse')]);
    await Promise.all([stop.call(http, 'drain'), stop.call(component, 'drain')]);
    expect(await client.whole).toContain('event: end');
    expect([stop.completed, stop.cutWork]).toEqual([1, []]);
    await stop.call(http, 'release');
  });

  it.each([
    ['event', { event: 'a\nb' }],
    ['data', { data: '' }],
    ['retryMs', { retryMs: Number.NaN }],
    ['retry', { retry: 1 } as never],
  ] as const)('refuse a bad %s', (option, options) => {
    expect(() => eventStreams(options)).toThrow(expect.objectContaining({ code: 'QUIESCE_OPTIONS', option }));
  });
});

describe('event streams of a framework', () => {
  const whole = 'data: hello\n\nevent: end\ndata: server is stopping\n\n';

  async function stopWith(component: EventStreams, listener: Listener): Promise<string> {
    const { server, port } = await listen(listener);
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const client = await openStream(port);
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    await stop.call(component, 'drain');
    return client.whole;
  }

  it('end with Express', async () => {
    const streams = eventStreams();
    const app = express();
    app.get('/events', (_request, response) => {
      response.set('Content-Type', 'text/event-stream').write('data: hello\n\n');
      streams.open(response);
    });
    expect(await stopWith(streams, app)).toBe(whole);
  });

  it('end with Koa, whose body is a stream of its own', async () => {
    const streams = eventStreams();
    const app = new Koa();
    app.use((context) => {
      const body = new PassThrough();
      context.type = 'text/event-stream';
      context.body = body;
      body.write('data: hello\n\n');
      streams.open(body, { request: context.req });
    });
    const handle = app.callback();
    expect(await stopWith(streams, (incoming, response) => void handle(incoming, response))).toBe(whole);
  });

  it('end with Fastify, on its raw response', async () => {
    const streams = eventStreams();
    const app = fastify();
    app.get('/events', (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200, { 'Content-Type': 'text/event-stream' });
      reply.raw.write('data: hello\n\n');
      streams.open(reply.raw);
    });
    await app.ready();
    expect(await stopWith(streams, (incoming, response) => app.routing(incoming, response))).toBe(whole);
  });
});
