import { describe, expect, it } from 'vitest';
import { judge, program } from './judge.js';

const tls = {
  args: ['--tls'],
  env: {
    KEY_FILE: program('packages/core/test/http/fixtures/test-key.pem'),
    CERTIFICATE_FILE: program('packages/core/test/http/fixtures/test-cert.pem'),
  },
};

const servers = [
  ['Fastify 5', 'examples/10-fastify/server.mjs', {}],
  ['Fastify 4', 'packages/core/test/judge/fixtures/fastify-4.mjs', {}],
  ['Express 5', 'examples/11-express/server.mjs', {}],
  ['Express 4', 'packages/core/test/judge/fixtures/express-4.mjs', {}],
  ['Koa', 'examples/12-koa/server.mjs', {}],
  ['Hono', 'examples/13-hono/server.mjs', {}],
  ['NestJS on Express', 'examples/14-nest/server.mjs', {}],
  ['NestJS on Fastify', 'packages/core/test/judge/fixtures/nest-fastify.mjs', {}],
  ['HTTP/2 with HTTP/1 beside it', 'examples/15-http2/server.mjs', tls],
] as const;

describe('the judge finds that a service stops gracefully on', () => {
  it.each(servers)('%s', { timeout: 300_000 }, async (_name, path, options) => {
    const { failed, passed, log } = await judge(path, 3, options);
    expect(failed, log).toEqual([]);
    expect(passed, log).toBeGreaterThanOrEqual(8);
  });
});
