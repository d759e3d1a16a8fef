import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { readAcknowledgements } from '../../src/http/departures/acknowledgements.js';
import { get, post } from './support/raw-client.js';
import { type Drain, echoPath, serve, turns, untilEvent } from './support/test-server.js';

/** More than the kernels of both sides take while nobody reads. */
const bigBody = randomBytes(24 * 1024 * 1024);
const bigHash = createHash('sha256').update(bigBody).digest('hex');

function answerHash(request: IncomingMessage, response: ServerResponse): void {
  const hash = createHash('sha256');
  request.on('data', (chunk: Buffer) => hash.update(chunk));
  request.on('end', () => response.end(hash.digest('hex')));
}

/** The kernel answers in its own time, which manual time knows nothing of. */
async function advanceUntilSettled(clock: ManualClock, drain: Drain): Promise<void> {
  while (!drain.isSettled) {
    await clock.advance(50);
    await turns();
  }
}

/** Lets the kernel be asked four times, 100 ms apart, while time stands still for as long as it takes to answer. */
async function letTheKernelAnswer(clock: ManualClock): Promise<void> {
  for (let step = 0; step <= 3; step += 1) {
    if (step > 0) await clock.advance(100);
    await readAcknowledgements();
    await turns();
  }
}

describe('the drain', () => {
  it('ends at once when there is no connection', async () => {
    const { component, drain, refuse, stop } = await serve();
    await refuse();
    await drain().settled;
    await stop.call(component, 'release');
    expect(stop.completed).toBe(0);
  });

  it('ends with the last response, and not before', async () => {
    const responses: ServerResponse[] = [];
    const { component, connect, drain, refuse, server, stop } = await serve((_request, response) => {
      responses.push(response);
    });
    const clients = [await connect(), await connect()];
    for (const client of clients) client.send(get());
    await untilEvent(server, 'request', 2);
    await refuse();
    const drained = drain();
    responses[0]?.end('one');
    await clients[0]?.rest();
    await turns();
    expect(drained.isSettled).toBe(false);
    expect(component.pending?.()).toBe(1);
    responses[1]?.end('two');
    await drained.settled;
    expect(component.pending?.()).toBe(0);
    expect(stop.completed).toBe(2);
    expect(stop.cutWork).toEqual([]);
  });

  it('tells how much is left', async () => {
    const responses: ServerResponse[] = [];
    const { connect, drain, refuse, server, stop } = await serve((_request, response) => {
      responses.push(response);
    });
    const client = await connect();
    client.send(get());
    await untilEvent(server, 'request');
    await refuse();
    const drained = drain();
    expect(stop.progress).toEqual([{ message: '1 requests in flight, 1 connections open', remaining: 1 }]);
    responses[0]?.end();
    await drained.settled;
  });

  it('waits for an upload, and has every byte of it', async () => {
    const { clock, connect, drain, refuse, server } = await serve(answerHash);
    const client = await connect();
    client.send(post('/upload', bigBody.length));
    client.send(bigBody.subarray(0, 1_000_000));
    await untilEvent(server, 'request');
    await clock.advance(5_000);
    await refuse();
    const drained = drain();
    for (let from = 1_000_000; from < bigBody.length; from += 1_000_000) {
      client.send(bigBody.subarray(from, from + 1_000_000));
      await turns(2);
    }
    expect(await client.rest()).toContain(bigHash);
    await drained.settled;
  });

  it('waits for a client that reads slowly, until it has every byte', async () => {
    const { connect, drain, refuse, server } = await serve((_request, response) => {
      response.end(bigBody);
    });
    const client = await connect();
    client.socket.removeAllListeners('data');
    client.socket.pause();
    client.send(get('/big', { Connection: 'close' }));
    await untilEvent(server, 'request');
    await refuse();
    const drained = drain();
    await turns(100);
    expect(drained.isSettled).toBe(false);

    const hash = createHash('sha256');
    let head = Buffer.alloc(0);
    for await (const chunk of client.socket as AsyncIterable<Buffer>) {
      if (!head.includes('\r\n\r\n')) {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf('\r\n\r\n');
        if (end >= 0) hash.update(head.subarray(end + 4));
      } else {
        hash.update(chunk);
      }
    }
    expect(hash.digest('hex')).toBe(bigHash);
    await drained.settled;
  });

  it('waits for a client that has not read what the kernel took, until it has', async () => {
    const finished: Promise<unknown>[] = [];
    const { clock, connect, drain, refuse } = await serve((_request, response) => {
      finished.push(once(response, 'finish'));
      response.end(bigBody.subarray(0, 1_000_000));
    });
    const client = await connect({ allowHalfOpen: true });
    client.socket.pause();
    await refuse();
    client.send(get());
    while (finished.length === 0) await turns(1);
    await finished[0];
    const drained = drain();
    await letTheKernelAnswer(clock);
    expect(drained.isSettled).toBe(false);
    client.socket.resume();
    expect(await client.rest()).toHaveLength(client.received.indexOf('\r\n\r\n') + 4 + 1_000_000);
    await advanceUntilSettled(clock, drained);
  });

  it('does not reset a client that is still sending when it is answered', async () => {
    const { clock, connect, drain, refuse, server } = await serve((_request, response) => {
      response.end('enough');
    });
    const client = await connect({ allowHalfOpen: true });
    const requested = untilEvent(server, 'request');
    await refuse();
    client.send(post('/upload', bigBody.length));
    await requested;
    expect(await client.until('enough')).toContain('Connection: close');
    const drained = drain();
    for (let from = 0; from < bigBody.length; from += 1_000_000) {
      client.send(bigBody.subarray(from, from + 1_000_000));
      await clock.advance(10);
      await turns(2);
    }
    expect(drained.isSettled).toBe(false);
    client.socket.end();
    expect(await client.ended).toBe('end');
    await drained.settled;
  });

  it('reads from a client that was answered too early until it has been silent for the window', async () => {
    const { clock, connect, drain, refuse } = await serve((_request, response) => {
      response.end('enough');
    });
    const client = await connect({ allowHalfOpen: true });
    await refuse();
    client.send(post('/upload', bigBody.length));
    await client.until('enough');
    const drained = drain();
    await letTheKernelAnswer(clock);
    expect(drained.isSettled).toBe(false);
    await advanceUntilSettled(clock, drained);
  });

  it.runIf(process.platform === 'linux')(
    'begins the idle window of a slow reader when it has its answer',
    async () => {
      const finished: Promise<unknown>[] = [];
      const { clock, connect, drain, refuse } = await serve((request, response) => {
        if (request.url === '/next') return echoPath(request, response);
        finished.push(once(response, 'close'));
        response.end(bigBody.subarray(0, 1_000_000));
      });
      const client = await connect();
      client.socket.pause();
      client.send(get('/slow'));
      while (finished.length === 0) await turns(1);
      await finished[0];
      await clock.advance(2_000);
      await refuse();
      const drained = drain();
      await letTheKernelAnswer(clock);
      client.socket.resume();
      await expect.poll(() => client.received.length).toBeGreaterThan(1_000_000);
      await letTheKernelAnswer(clock);
      client.send(get('/next'));
      expect((await client.rest()).lastIndexOf('Connection: close')).toBeGreaterThan(1_000_000);
      await drained.settled;
    },
  );

  it('does not wait for a client that has everything and keeps its side open', async () => {
    const { clock, connect, drain, refuse, server } = await serve();
    const client = await connect({ allowHalfOpen: true });
    const requested = untilEvent(server, 'request');
    client.send(get());
    await requested;
    await refuse();
    client.send(get('/last'));
    await client.until('/last');
    expect(await client.ended).toBe('end');
    const drained = drain();
    await advanceUntilSettled(clock, drained);
    expect(client.socket.writable).toBe(true);
  });

  it('counts no request whose client went away before the stop', async () => {
    const { clock, component, connect, drain, refuse, server } = await serve(() => {});
    const [gone, idle] = [await connect(), await connect()];
    gone.send(get('/gone'));
    const [, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
    expect(component.pending?.()).toBe(1);
    const closed = once(response, 'close');
    gone.socket.destroy();
    await closed;
    expect(component.pending?.()).toBe(0);
    await clock.advance(1_000);
    await refuse();
    await drain().settled;
    expect(await idle.ended).toBe('end');
  });

  it('leaves neither listener nor timer when all is released', async () => {
    const { clock, component, connect, drain, refuse, server, stop } = await serve();
    const before = ['connection', 'upgrade', 'newListener', 'close', 'request'].map((event) =>
      server.listenerCount(event),
    );
    expect(before).toEqual([2, 0, 2, 1, 1]);
    const client = await connect();
    client.send(get());
    await client.until('path /');
    await clock.advance(1_000);
    await stop.call(component, 'announce');
    await refuse();
    await drain().settled;
    await stop.call(component, 'release');
    const after = ['connection', 'upgrade', 'newListener', 'close', 'request'].map((event) =>
      server.listenerCount(event),
    );
    expect(after).toEqual([1, 0, 0, 0, 1]);
    expect(clock.timers).toBe(0);
  });
});
