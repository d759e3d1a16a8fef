import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { get, post, type RawClient, tryToConnect } from './support/raw-client.js';
import { echoPath, serve, type TestServer, turns, untilEvent } from './support/test-server.js';

/** Keeps the responses, for the test to end. */
function keepResponses(): { readonly responses: ServerResponse[]; readonly listener: typeof echoPath } {
  const responses: ServerResponse[] = [];
  return { responses, listener: (_request, response) => void responses.push(response) };
}

/** A server that has refused in the middle of a response whose head says keep-alive. */
async function streamAcrossRefusal(): Promise<
  TestServer & { responses: ServerResponse[]; client: RawClient }
> {
  const { responses, listener } = keepResponses();
  const served = await serve(listener);
  const client = await served.connect();
  client.send(get('/streamed'));
  await untilEvent(served.server, 'request');
  responses[0]?.write('begun ');
  await client.until('keep-alive');
  await served.clock.advance(1_000);
  await served.refuse();
  return { ...served, responses, client };
}

describe('after the refusal', () => {
  it('nobody can connect', async () => {
    const { address, refuse, server } = await serve();
    await refuse();
    expect(server.listening).toBe(false);
    expect(await tryToConnect(address)).toBe('ECONNREFUSED');
  });

  it('a response that was in flight says close, and the server closes after it', async () => {
    const { responses, listener } = keepResponses();
    const { connect, refuse, server } = await serve(listener);
    const client = await connect();
    client.send(get());
    await untilEvent(server, 'request');
    await refuse();
    responses[0]?.end('late answer');
    expect(await client.rest()).toMatch(/Connection: close\r\n[^]*late answer$/);
    expect(await client.ended).toBe('end');
  });

  it('a response to HEAD says close as well', async () => {
    const { connect, refuse } = await serve();
    const client = await connect();
    client.send(get('/warm'));
    await client.until('path /warm');
    await refuse();
    client.send('HEAD /thing HTTP/1.1\r\nHost: test\r\n\r\n');
    expect(await client.rest()).toMatch(/path \/warmHTTP\/1\.1 200 OK\r\n[^]*Connection: close\r\n\r\n$/);
    expect(await client.ended).toBe('end');
  });

  it('a request that comes on a connection that was answered a moment ago is served, and says close', async () => {
    const { clock, connect, refuse } = await serve();
    const client = await connect();
    client.send(get('/first'));
    expect(await client.until('path /first')).toContain('Connection: keep-alive');
    await clock.advance(100);
    await refuse();
    await clock.advance(350);
    client.send(get('/second'));
    expect(await client.until('path /second')).toContain('Connection: close');
    expect(await client.ended).toBe('end');
  });

  it('such a connection is closed when the rest of its window is over', async () => {
    const { clock, connect, drain, refuse } = await serve();
    const client = await connect();
    client.send(get('/first'));
    await client.until('path /first');
    await clock.advance(100);
    await refuse();
    const drained = drain();
    await clock.advance(350);
    await turns();
    expect(drained.isSettled).toBe(false);
    await clock.advance(100);
    expect(await client.ended).toBe('end');
    await drained.settled;
  });

  it('one that was idle for minutes and asked again a moment ago is served once more', async () => {
    const { clock, connect, refuse } = await serve();
    const client = await connect();
    client.send(get('/first'));
    await client.until('path /first');
    await clock.advance(120_000);
    expect(clock.timers).toBe(0);
    client.send(get('/second'));
    await client.until('path /second');
    await refuse();
    client.send(get('/third'));
    expect(await client.rest()).toMatch(/Connection: close\r\n[^]*path \/third$/);
  });

  it('a connection that has been idle for longer is closed at once', async () => {
    const { clock, connect, drain, refuse } = await serve();
    const client = await connect();
    client.send(get('/first'));
    await client.until('path /first');
    await clock.advance(1_000);
    await refuse();
    expect(await client.ended).toBe('end');
    await drain().settled;
  });

  it('a request that crosses the end of its connection does not come to the handler', async () => {
    const paths: string[] = [];
    const { clock, connect, drain, refuse } = await serve((request, response) => {
      paths.push(request.url ?? '');
      response.end();
    });
    const client = await connect({ allowHalfOpen: true });
    client.send(get('/first'));
    await client.until('200 OK');
    await clock.advance(1_000);
    const before = client.received;
    await refuse();
    await client.ended;
    client.send(get('/crossing'));
    await turns();
    client.socket.end();
    await drain().settled;
    expect(paths).toEqual(['/first']);
    expect(client.received).toBe(before);
  });

  it('a connection that was accepted a moment ago may still bring its first request', async () => {
    const { clock, connect, refuse, server } = await serve();
    const accepted = untilEvent(server, 'connection');
    const client = await connect();
    await accepted;
    await refuse();
    await clock.advance(400);
    client.send(get('/first'));
    expect(await client.until('path /first')).toContain('Connection: close');
  });

  it.each([
    ['that never sent a byte', ''],
    ['that sent half a header', 'GET / HTTP/1.1\r\nHos'],
  ])('a connection %s does not hold the stop', async (_title, bytes) => {
    const { clock, connect, drain, refuse, server } = await serve();
    const accepted = untilEvent(server, 'connection');
    const client = await connect();
    await accepted;
    client.send(bytes);
    await clock.advance(2_000);
    await refuse();
    await drain().settled;
    expect(await client.ended).toBe('end');
  });

  it('a response whose head promised to keep the connection open keeps it for one last request', async () => {
    const { clock, client, drain, responses, server } = await streamAcrossRefusal();
    responses[0]?.end('ended');
    await client.until('ended');
    await clock.advance(400);
    client.send(get('/last'));
    await untilEvent(server, 'request');
    responses[1]?.end('bye');
    expect(await client.until('bye')).toContain('Connection: close');
    await drain().settled;
  });

  it('and is closed when that does not come', async () => {
    const { clock, client, drain, responses } = await streamAcrossRefusal();
    const drained = drain();
    responses[0]?.end('ended');
    await client.until('ended');
    await clock.advance(499);
    expect(drained.isSettled).toBe(false);
    await clock.advance(1);
    await drained.settled;
  });

  it('a header that the handler set itself is not touched', async () => {
    const { clock, connect, drain, refuse } = await serve((_request, response) => {
      response.setHeader('Connection', 'keep-alive');
      response.end('mine');
    });
    const client = await connect();
    await refuse();
    client.send(get());
    expect(await client.until('mine')).toContain('Connection: keep-alive');
    const drained = drain();
    await clock.advance(500);
    await drained.settled;
  });

  it('all requests that a client has sent without waiting are answered, and only the last answer says close', async () => {
    const { responses, listener } = keepResponses();
    const { connect, drain, refuse, server } = await serve(listener);
    const client = await connect();
    client.send(get('/1') + get('/2'));
    await untilEvent(server, 'request', 2);
    await refuse();
    const third = untilEvent(server, 'request');
    client.send(get('/3'));
    await third;
    for (const [index, response] of responses.entries()) response.end(`answer ${index + 1}`);
    const received = await client.rest();
    expect(received.match(/Connection: [a-z-]+|answer \d/g)).toEqual([
      'Connection: keep-alive',
      'answer 1',
      'Connection: keep-alive',
      'answer 2',
      'Connection: close',
      'answer 3',
    ]);
    await drain().settled;
  });

  it('a request behind a response that has said close does not come to its handler', async () => {
    const { responses, listener } = keepResponses();
    const { connect, drain, refuse, server } = await serve(listener);
    const client = await connect();
    client.send(get('/1'));
    await untilEvent(server, 'request');
    await refuse();
    responses[0]?.write('begun ');
    await client.until('begun');
    client.send(get('/2'));
    await turns();
    responses[0]?.end('ended');
    await client.rest();
    await drain().settled;
    expect(responses).toHaveLength(1);
    expect(client.received).toMatch(/ended\r\n0\r\n\r\n$/);
  });

  it('a body that is asked for with 100-continue is received', async () => {
    const { connect, drain, refuse } = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => response.end(`got ${body}`));
    });
    const client = await connect();
    client.send(get('/warm'));
    await client.until('got ');
    await refuse();
    client.send(post('/upload', 5, { Expect: '100-continue' }));
    await client.until('100 Continue');
    client.send('hello');
    expect(await client.until('got hello')).toContain('Connection: close');
    await drain().settled;
  });

  it('a checkContinue listener is treated as any handler', async () => {
    const { connect, drain, refuse, server } = await serve();
    server.on('checkContinue', (_request, response: ServerResponse) => {
      response.writeContinue();
      response.end('checked');
    });
    const client = await connect();
    client.send(get('/warm'));
    await client.until('path /warm');
    await refuse();
    client.send(post('/upload', 0, { Expect: '100-continue' }));
    expect(await client.until('checked')).toContain('Connection: close');
    await drain().settled;
  });

  it('requests are seen by whoever answers them, also when all listeners were exchanged', async () => {
    const { responses, listener } = keepResponses();
    const { component, connect, drain, refuse, server } = await serve();
    server.removeAllListeners('request'); // as engine.io does, and calls those that were there itself
    server.on('request', listener);
    const client = await connect();
    client.send(get());
    await untilEvent(server, 'request');
    expect(component.pending?.()).toBe(1);
    await refuse();
    const drained = drain();
    await turns();
    expect(drained.isSettled).toBe(false);
    responses[0]?.end('done');
    await drained.settled;
    expect(client.received).toContain('Connection: close');
  });

  it('a client that gives up and a response that is destroyed are not waited for', async () => {
    const { responses, listener } = keepResponses();
    const { component, connect, drain, refuse, server } = await serve(listener);
    const clients = [await connect(), await connect()];
    for (const client of clients) client.send(get());
    await untilEvent(server, 'request', 2);
    await refuse();
    const drained = drain();
    expect(component.pending?.()).toBe(2);
    clients[0]?.socket.destroy();
    const [, second] = responses;
    second?.destroy();
    responses[0]?.destroy();
    await drained.settled;
    expect(component.pending?.()).toBe(0);
  });

  it('requests whose client had gone before are not pending', async () => {
    const { responses, listener } = keepResponses();
    const { component, connect, server } = await serve(listener);
    const client = await connect();
    client.send(get('/1') + get('/2') + get('/3'));
    await untilEvent(server, 'request', 3);
    expect(component.pending?.()).toBe(3);
    client.socket.destroy();
    await expect.poll(() => component.pending?.()).toBe(0);
    expect(responses).toHaveLength(3);
  });

  it('nor is one that came after a large answer and a long pause', async () => {
    const { responses, listener } = keepResponses();
    const { clock, component, connect, drain, refuse, server } = await serve(listener, {
      serveAndRefuse: true,
    });
    const client = await connect();
    client.send(get('/large'));
    await untilEvent(server, 'request');
    responses[0]?.end(`${'.'.repeat(100_000)}end`);
    await client.until('end');
    await clock.advance(10_000);
    client.send(get('/given-up'));
    await untilEvent(server, 'request');
    expect(component.pending?.()).toBe(1);
    client.socket.destroy();
    await expect.poll(() => component.pending?.(), { timeout: 20_000 }).toBe(0);
    await refuse();
    await drain().settled;
  });

  it('a client that asks for close itself gets it as ever', async () => {
    const { responses, listener } = keepResponses();
    const { connect, drain, refuse, server } = await serve(listener);
    const client = await connect();
    client.send(get('/', { Connection: 'close' }));
    await untilEvent(server, 'request');
    await refuse();
    responses[0]?.end('as asked');
    expect(await client.rest()).toMatch(/Connection: close\r\n[^]*as asked$/);
    await drain().settled;
  });

  it('the server may be closed by its owner at any time', async () => {
    const { component, connect, drain, refuse, server, stop } = await serve();
    const client = await connect();
    client.send(get());
    await client.until('path /');
    server.close();
    await refuse();
    server.close();
    await drain().settled;
    await stop.call(component, 'release');
    expect(server.listening).toBe(false);
  });

  it('with no idle window, every idle connection is closed at once', async () => {
    const { connect, drain, refuse } = await serve(echoPath, { idleWindowMs: 0 });
    const client = await connect();
    client.send(get());
    await client.until('path /');
    await refuse();
    expect(await client.ended).toBe('end');
    await drain().settled;
  });
});
