import { expect, it } from 'vitest';
import { judge } from './judge.js';

/** Clauses that a busy machine alone can fail: a load generator that sends too late, an end that is noticed late. */
const aboutTheMachine = ['Q03', 'Q09'];

it('the judge finds that a Fastify service loses nothing in a stop', { timeout: 120_000 }, async () => {
  const { failed, passed, log } = await judge('packages/core/test/judge/fixtures/fastify-4.mjs', 1);
  expect(
    failed.filter((id) => !aboutTheMachine.includes(id)),
    log,
  ).toEqual([]);
  expect(passed, log).toBeGreaterThanOrEqual(5);
});
