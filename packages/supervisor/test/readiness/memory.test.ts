import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@quiesce/core';
import { expect, it, onTestFinished } from 'vitest';
import { heapGrowth } from '../../../../e2e/support/heap-growth.js';
import type { AskedReadiness } from '../../src/readiness/ask.js';
import { askInTime } from '../../src/readiness/wait-until-ready.js';

/** Whatever keeps a question keeps a socket: some thousands of bytes. */
const bytesAQuestion = 700;

it.for(['http', 'tcp', 'file'] as const)('nothing is kept of a question by %s', async (kind) => {
  const server = createServer((_request, response) => response.end('well'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const ways: Readonly<Record<AskedReadiness['kind'], AskedReadiness>> = {
    http: { kind, url: `http://127.0.0.1:${port}/` } as AskedReadiness,
    tcp: { kind, host: '127.0.0.1', port } as AskedReadiness,
    file: { kind, path: import.meta.filename } as AskedReadiness,
  };
  const { signal } = new AbortController();
  const growth = await heapGrowth(400, async (count) => {
    for (let each = 0; each < count; each += 1)
      await askInTime(ways[kind], '', { clock: systemClock, signal });
    await expect
      .poll(() => new Promise((resolve) => server.getConnections((_error, open) => resolve(open))), {
        timeout: 20_000,
      })
      .toBe(0);
  });
  expect(growth).toBeLessThan(bytesAQuestion);
});
