import { once } from 'node:events';
import { connect as connectSession } from 'node:http2';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { grpcServer } from '@quiesce/core/grpc';
import { createManualClock, createManualStop } from '@quiesce/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createGreeter,
  type Greeter,
  greet,
  openStream,
  type StreamCall,
  startComponent,
} from './support/greeter.js';

async function serve(...options: Parameters<typeof createGreeter>): Promise<Greeter> {
  const greeter = createGreeter(...options);
  onTestFinished(() => greeter.dispose());
  await greeter.start();
  return greeter;
}

const stopped = 'status 14: server is stopping';

describe('a gRPC server that stops', () => {
  it('completes unary and streaming calls, and refuses new connections meanwhile', async () => {
    const greeter = await serve();
    const client = greeter.client();
    const [answer, { whole }] = [greet(client), openStream(client)];
    await greeter.arrived(2);
    expect(greeter.component.pending?.()).toBe(2);
    const stop = createManualStop();
    await stop.call(greeter.component, 'refuse');
    expect(await greet(greeter.client())).toMatch(/^status 14: .*ECONNREFUSED/s);
    const drained = stop.call(greeter.component, 'drain');
    greeter.streams[0]?.write('second');
    greeter.streams[0]?.end();
    greeter.unary[0]?.respond(null, 'hello');
    expect(await answer).toBe('hello');
    expect(await whole).toEqual(['first', 'second']);
    await drained;
    expect(stop.completed).toBe(2);
    await stop.call(greeter.component, 'release');
    expect(stop.cutWork).toEqual([]);
  });

  it('sends GOAWAY without an error to an idle channel, and closes it', async () => {
    const { component } = await serve();
    const session = connectSession(`http://127.0.0.1:${component.port}`);
    onTestFinished(() => session.destroy());
    await once(session, 'remoteSettings');
    const goaway = once(session, 'goaway');
    const closed = once(session, 'close');
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    expect((await goaway)[0]).toBe(0);
    await closed;
    await stop.call(component, 'drain');
  });

  it('ends calls that are cut with UNAVAILABLE, and names them', async () => {
    const greeter = await serve();
    const client = greeter.client();
    const [answer, { whole }] = [greet(client), openStream(client)];
    await greeter.arrived(2);
    const cancelled = once(greeter.streams[0] as StreamCall, 'cancelled');
    const stop = createManualStop();
    await stop.call(greeter.component, 'refuse');
    const drained = stop.call(greeter.component, 'drain');
    stop.abort('drain');
    await drained;
    expect(await answer).toBe(stopped);
    expect(await whole).toEqual(['first', stopped]);
    await cancelled;
    expect(stop.cutWork.map(({ name }) => name)).toEqual(['/test.Greeter/Greet', '/test.Greeter/Watch']);
    greeter.unary[0]?.respond(null, 'too late'); // is without effect
    await stop.call(greeter.component, 'release');
  });

  it('aborts the signal of a call when its turn to end has come, one by one in lame-duck', async () => {
    const clock = createManualClock();
    const greeter = await serve({ clock });
    const client = greeter.client();
    const { whole } = openStream(client);
    await greeter.arrived(1);
    void openStream(client).whole;
    await greeter.arrived(2);
    const signals = greeter.streams.map((call) => greeter.component.signal(call));
    signals[0]?.addEventListener('abort', () => greeter.streams[0]?.end());
    const { signal } = new AbortController();
    const stop = createManualStop({ clock, lameDuck: { durationMs: 3_000, graceMs: 1_000, signal } });
    await stop.call(greeter.component, 'refuse');
    await clock.advance(999);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
    await clock.advance(1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(signals[0]?.reason).toMatchObject({ code: 'QUIESCE_STOPPING' });
    expect(await whole).toEqual(['first']);
    await clock.advance(1_000);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('aborts the signal of a call that its client has cancelled', async () => {
    const greeter = await serve();
    const { stream } = openStream(greeter.client());
    await greeter.arrived(1);
    const call = greeter.streams[0] as StreamCall;
    const signal = greeter.component.signal(call);
    const aborted = once(signal, 'abort');
    stream.on('error', () => {});
    stream.cancel();
    await aborted;
    expect(greeter.component.pending?.()).toBe(0);
    expect(greeter.component.signal(call).aborted).toBe(true);
  });

  it('keeps the credentials it was given as they are', async () => {
    const credentials = ServerCredentials.createInsecure();
    await serve({ credentials });
    expect(credentials._getInterceptors()).toEqual([]);
  });

  it('gives a channel that never closes a second, and no more', async () => {
    const clock = createManualClock();
    const { component } = await serve({ clock });
    const stop = createManualStop({ clock });
    const session = connectSession(`http://127.0.0.1:${component.port}`);
    onTestFinished(() => session.destroy());
    await once(session, 'remoteSettings');
    // No call, so nobody waits for it; but a stream whose client has not ended its side.
    const stream = session.request(
      { ':path': '/test.Greeter/Greet', ':method': 'POST', 'content-type': 'text/plain' },
      { endStream: false },
    );
    stream.on('error', () => {});
    await once(stream, 'response');
    await stop.call(component, 'refuse');
    let isDrained = false;
    const drained = stop.call(component, 'drain').then(() => {
      isDrained = true;
    });
    await clock.advance(999);
    expect(isDrained).toBe(false);
    await clock.advance(1);
    await drained;
    expect(clock.timers).toBe(0);
  });

  it('cannot start on an address that is taken', async () => {
    const { component } = await serve();
    const other = createGreeter({ address: `127.0.0.1:${component.port}` });
    onTestFinished(() => other.dispose());
    await expect(other.start()).rejects.toThrow('EADDRINUSE');
  });

  it('that is stopped while it starts listens no more', async () => {
    const greeter = createGreeter();
    const controller = new AbortController();
    const started = greeter.component.start?.({ signal: controller.signal, fail: () => {} });
    controller.abort(new Error('stopped first'));
    await expect(started).rejects.toThrow('stopped first');
    expect(() =>
      greeter.server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), () => {}),
    ).toThrow('shutdown');
  });

  it.each([
    ['address', { address: '' }],
    ['credentials', { credentials: {} as never }],
    ['health', { health: 'yes' as never }],
    ['services', { services: [''] }],
    ['port', { port: 1 } as never],
  ] as const)('refuses a bad %s', (option, options) => {
    expect(() => createGreeter(options)).toThrow(
      expect.objectContaining({ code: 'QUIESCE_OPTIONS', option }),
    );
  });

  it('is forced to end by abort', async () => {
    const greeter = await serve();
    const answer = greet(greeter.client());
    await greeter.arrived(1);
    greeter.component.abort?.();
    expect(await answer).toMatch(/^status (1|14)/);
    expect(greeter.component.pending?.()).toBe(1);
  });

  it('takes servers that have been shut down already', async () => {
    const server = new Server();
    const component = grpcServer(server, {
      address: '127.0.0.1:0',
      credentials: ServerCredentials.createInsecure(),
    });
    await startComponent(component);
    server.forceShutdown();
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    await stop.call(component, 'drain');
    await stop.call(component, 'release');
    expect(stop.cutWork).toEqual([]);
  });
});
