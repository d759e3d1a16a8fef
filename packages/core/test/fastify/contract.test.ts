import type { AddressInfo } from 'node:net';
import type { Component, Lifecycle } from '@quiesce/core';
import quiesce from '@quiesce/core/fastify';
import { componentContract } from '@quiesce/core/testing';
import fastify from 'fastify';
import { describe, it } from 'vitest';
import { createGate } from '../support/test-lifecycle.js';

/** A lifecycle that only takes the component: its hooks are called by the contract. */
function createTaker(components: Component[]): Lifecycle {
  const taker = {
    signal: new AbortController().signal,
    stopped: new Promise(() => {}),
    add: (component: Component) => void components.push(component),
    shutdown: () => Promise.resolve(),
  };
  return taker as unknown as Lifecycle;
}

componentContract({
  name: 'the Fastify plugin',
  test: { describe, it },
  async create() {
    const held = createGate();
    const begun = createGate();
    const components: Component[] = [];
    const app = fastify();
    await app.register(quiesce, { lifecycle: createTaker(components), idleWindowMs: 20 });
    app.get('/', async () => {
      begun.open();
      await held.passed;
      return 'done';
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const [component] = components;
    if (component === undefined) throw new Error('the plugin has added nothing');
    return {
      component,
      async begin() {
        const { port } = app.server.address() as AddressInfo;
        const answer = fetch(`http://127.0.0.1:${port}/`).then((response) => response.text());
        answer.catch(() => {});
        await begun.passed;
        return {
          async end() {
            held.open();
            await answer;
          },
        };
      },
      async dispose() {
        held.open();
        app.server.close();
        app.server.closeAllConnections();
      },
    };
  },
});
