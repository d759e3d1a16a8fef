import { once } from 'node:events';
import type { Client } from '@grpc/grpc-js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { heapGrowth } from '../../../../e2e/support/heap-growth.js';
import { createGreeter, type Greeter, greet, openStream } from './support/greeter.js';

/** After 1,000 that are given up, nghttp2 ends the session (CVE-2023-44487). */
const calls = 200;
/** Whatever keeps a call keeps some thousands of bytes. */
const bytesACall = 1_500;

const uses: Readonly<Record<string, (greeter: Greeter, client: Client) => Promise<unknown>>> = {
  async 'that are answered'(greeter, client) {
    const answer = greet(client);
    await greeter.arrived(1);
    for (const { call, respond } of greeter.unary.splice(0)) {
      greeter.component.signal(call).addEventListener('abort', () => undefined);
      respond(null, 'hello');
    }
    await answer;
  },
  async 'that are given up'(greeter, client) {
    const { stream, whole } = openStream(client);
    await greeter.arrived(1);
    const [call] = greeter.streams.splice(0);
    if (call === undefined) throw new Error('no call has arrived');
    const over = once(greeter.component.signal(call), 'abort');
    stream.cancel();
    await Promise.all([whole, over]);
  },
  async 'that their handler ends'(greeter, client) {
    const { whole } = openStream(client);
    await greeter.arrived(1);
    for (const call of greeter.streams.splice(0)) call.end();
    await whole;
  },
};

describe('a gRPC server', () => {
  it.for(Object.entries(uses))('keeps nothing of calls %s', async ([, use]) => {
    const greeter = createGreeter();
    await greeter.start();
    onTestFinished(() => greeter.dispose());
    const client = greeter.client();
    const growth = await heapGrowth(calls, async (count) => {
      for (let each = 0; each < count; each += 1) await use(greeter, client);
      await expect.poll(() => greeter.component.pending?.(), { timeout: 20_000 }).toBe(0);
    });
    expect(growth).toBeLessThan(bytesACall);
  });
});
