import { expect, it } from 'vitest';
import { judge } from './judge.js';

it('the judge finds that a Fastify service loses nothing in a stop', { timeout: 120_000 }, async () => {
  const { failed, passed, log } = await judge('packages/core/test/judge/fixtures/fastify-4.mjs', 1);
  expect(failed, log).toEqual([]);
  expect(passed, log).toBeGreaterThanOrEqual(5);
});
