import { readFileSync } from 'node:fs';
import { createLifecycle, silentLogger } from '@quiesce/core';
import quiesce, { type FastifyLike } from '@quiesce/core/fastify';
import fastify from 'fastify';
import fastify4 from 'fastify-4';
import { expect, it } from 'vitest';

// What the compiler accepts here is half of the test.
it('takes the instances of the lowest and the highest major, of HTTP/1 and HTTP/2', async () => {
  const read = (name: string): Buffer => readFileSync(new URL(`../http/fixtures/${name}`, import.meta.url));
  const https = { key: read('test-key.pem'), cert: read('test-cert.pem'), allowHTTP1: true };
  const lifecycle = createLifecycle({ name: 'types', signals: false, logger: silentLogger });
  const newest = fastify();
  const oldest = fastify4();
  const both = fastify({ http2: true, https });
  await newest.register(quiesce, { lifecycle, name: 'newest' });
  await oldest.register(quiesce, { lifecycle, name: 'oldest', tier: 'critical', budgetMs: 1_000 });
  await both.register(quiesce, { lifecycle, name: 'both', idleWindowMs: 100 });
  const instances: readonly FastifyLike[] = [newest, oldest, both];
  await Promise.all(instances.map((instance) => instance.close()));
  expect((await lifecycle.stopped).outcome).toBe('clean');
});
