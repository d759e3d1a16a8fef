import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { get, post } from './support/raw-client.js';
import { serve, untilEvent } from './support/test-server.js';

const neverAnswers = (): void => {};

describe('work that is cut', () => {
  it('is destroyed and named inside the abort of the drain', async () => {
    const { clock, component, connect, drain, refuse, server, stop } = await serve(neverAnswers);
    const client = await connect();
    client.send(get('/orders/17?token=secret'));
    await untilEvent(server, 'request');
    await refuse();
    const drained = drain();
    await clock.advance(1_200);
    expect(stop.cutWork).toEqual([]);
    stop.abort('drain');
    expect(stop.cutWork).toEqual([{ name: 'GET /orders/17', ageMs: 1_201 }]);
    expect(component.pending?.()).toBe(0);
    await drained.settled;
    expect(await client.ended).not.toBe('connected');
    expect(client.received).toBe('');
  });

  it('is destroyed and named inside the abort of the signal for all, when there is no drain', async () => {
    const { component, connect, refuse, server, stop } = await serve(neverAnswers);
    const client = await connect();
    client.send(get('/a?secret=1'));
    await untilEvent(server, 'request');
    await refuse();
    stop.cut();
    expect(stop.cutWork).toEqual([{ name: 'GET /a', ageMs: 1 }]);
    expect(component.pending?.()).toBe(0);
    await stop.call(component, 'release');
    expect(stop.cutWork).toHaveLength(1);
    await client.ended;
  });

  it('is told apart from what ended by itself', async () => {
    const responses: ServerResponse[] = [];
    const { connect, drain, refuse, server, stop } = await serve((_request, response) => {
      responses.push(response);
    });
    const clients = [await connect(), await connect(), await connect()];
    for (const [index, client] of clients.entries()) {
      client.send(index === 2 ? post('/upload', 10) : get(`/${index}`));
      await untilEvent(server, 'request');
    }
    await refuse();
    const drained = drain();
    responses[0]?.end('done');
    await clients[0]?.rest();
    stop.abort('drain');
    await drained.settled;
    expect(stop.completed).toBe(1);
    expect(stop.cutWork.map(({ name }) => name)).toEqual(['GET /1', 'POST /upload']);
  });

  it('counts each request of a client that did not wait for answers', async () => {
    const { connect, refuse, server, stop } = await serve(neverAnswers);
    const client = await connect();
    client.send(get('/1') + get('/2'));
    await untilEvent(server, 'request', 2);
    await refuse();
    stop.cut();
    expect(stop.cutWork.map(({ name }) => name)).toEqual(['GET /1', 'GET /2']);
  });

  it('does not include idle connections', async () => {
    const { clock, component, connect, refuse, server, stop } = await serve();
    const client = await connect();
    client.send(get());
    await client.until('path /');
    await refuse();
    stop.cut();
    await stop.call(component, 'release');
    expect(stop.cutWork).toEqual([]);
    expect(stop.completed).toBe(0);
    expect(server.listening).toBe(false);
    expect(clock.timers).toBe(0);
  });

  it('stays pending after force, because nobody can be told of it', async () => {
    const { component, connect, server } = await serve(neverAnswers);
    const client = await connect();
    client.send(get());
    await untilEvent(server, 'request');
    component.abort?.();
    expect(component.pending?.()).toBe(1);
    expect(server.listening).toBe(false);
    await client.ended;
    expect(component.pending?.()).toBe(1);
  });

  it('says how many answers had not been confirmed by their clients', async () => {
    const responses: ServerResponse[] = [];
    const { connect, drain, refuse, server, stop } = await serve((_request, response) => {
      responses.push(response);
    });
    const client = await connect({ allowHalfOpen: true });
    client.send(get());
    await untilEvent(server, 'request');
    await refuse();
    const drained = drain();
    responses[0]?.end('answer');
    await client.ended;
    stop.abort('drain');
    await drained.settled;
    expect(stop.cutWork).toEqual([]);
    expect(stop.completed).toBe(1);
    expect(stop.notes).toEqual([expect.objectContaining({ code: 'unconfirmed-answers', count: 1 })]);
  });
});
