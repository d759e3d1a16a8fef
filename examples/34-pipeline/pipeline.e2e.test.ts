import { expect, it, onTestFinished } from 'vitest';
import { startNode } from '../../e2e/support/process.js';
import { describeWithNats, startNatsServer } from '../../packages/core/test/nats/support/nats-server.js';

async function run(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { url } = await startNatsServer((end) => onTestFinished(end));
  const pipeline = startNode(new URL('run.mjs', import.meta.url), ['--stops', '3', ...args], {
    env: { NATS_URL: url },
    timeoutMs: 55_000,
  });
  expect(await pipeline.waitForExit()).toMatchObject({ code: 0, signal: null });
  return JSON.parse(pipeline.stdout) as Record<string, unknown>;
}

describeWithNats('the pipeline', () => {
  it('loses no order and stores none twice when its services are stopped under load', async () => {
    const account = await run();
    expect(account).toMatchObject({ lost: 0, duplicates: 0 });
    expect(account['accepted']).toBeGreaterThan(100);
  });

  it('loses no accepted order when they are killed', async () => {
    const account = await run('--kill');
    expect(account).toMatchObject({ lost: 0 });
    expect(account['accepted']).toBeGreaterThan(100);
  });
});
