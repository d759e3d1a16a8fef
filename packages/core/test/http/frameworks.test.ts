import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { createAdaptorServer } from '@hono/node-server';
import express from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import { describe, expect, it } from 'vitest';
import { createGate, type Gate } from '../support/test-lifecycle.js';
import { get } from './support/raw-client.js';
import { serve, untilEvent } from './support/test-server.js';

/** The alias has no declarations of its own; what is called here, both majors have. */
const express4 = createRequire(import.meta.url)('express-4') as typeof express;

/** Each answers `/orders/…`, mounted where the framework has routers, once the gate is open. */
const frameworks: readonly (readonly [name: string, create: (gate: Gate) => Server])[] = [
  ['Express 5', (gate) => createServer(createExpress(express, gate))],
  ['Express 4', (gate) => createServer(createExpress(express4, gate))],
  [
    'Koa',
    (gate) => {
      const app = new Koa();
      app.use(async (context) => {
        await gate.passed;
        context.body = `path ${context.url}`;
      });
      const handle = app.callback();
      return createServer((request, response) => void handle(request, response));
    },
  ],
  [
    'Hono',
    (gate) => {
      const app = new Hono();
      app.get('/orders/:id', async (context) => {
        await gate.passed;
        return context.text(`path ${context.req.path}`);
      });
      return createAdaptorServer(app) as Server;
    },
  ],
];

function createExpress(create: typeof express, gate: Gate): ReturnType<typeof express> {
  const router = create.Router();
  router.get('/:id', (request, response) => {
    void gate.passed.then(() => response.send(`path ${request.originalUrl}`));
  });
  const app = create();
  app.use('/orders', router);
  return app;
}

describe.each(frameworks)('a server of %s', (_name, create) => {
  it('answers what is in flight and tells its client to go', async () => {
    const gate = createGate();
    const { component, connect, drain, refuse, server, stop } = await serve(undefined, {
      server: create(gate),
    });
    const client = await connect();
    const requested = untilEvent(server, 'request');
    client.send(get('/orders/17?token=secret'));
    await requested;
    await refuse();
    expect(component.pending?.()).toBe(1);
    const drained = drain();
    gate.open();
    expect(await client.rest()).toMatch(/connection: close\r\n[^]*path \/orders\/17/i);
    await drained.settled;
    expect([stop.completed, stop.cutWork]).toEqual([1, []]);
  });

  it('has what was cut named by its whole path, without the query', async () => {
    const { component, connect, refuse, server, stop } = await serve(undefined, {
      server: create(createGate()),
    });
    const client = await connect();
    const requested = untilEvent(server, 'request');
    client.send(get('/orders/17?token=secret'));
    await requested;
    await refuse();
    stop.cut();
    await stop.call(component, 'release');
    expect(stop.cutWork.map(({ name }) => name)).toEqual(['GET /orders/17']);
  });
});
