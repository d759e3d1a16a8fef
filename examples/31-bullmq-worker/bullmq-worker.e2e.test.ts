import { Queue } from 'bullmq';
import { expect, it, onTestFinished } from 'vitest';
import { startNode, type TestProcess } from '../../e2e/support/process.js';
import { describeWithRedis, useRedis } from '../../packages/core/test/bullmq/redis-in-file.js';

const redis = useRedis();

async function startWorker(timeoutMs: number): Promise<TestProcess> {
  const env = { REDIS_SOCKET: redis.path, TIMEOUT_MS: String(timeoutMs) };
  const worker = startNode(new URL('worker.mjs', import.meta.url), [], { env });
  await worker.waitForLine('running');
  return worker;
}

describeWithRedis('the BullMQ worker', () => {
  it('ends what it has begun, and moves back what has no end', async () => {
    const queue = new Queue('mails', { connection: { path: redis.path, maxRetriesPerRequest: null } });
    onTestFinished(() => queue.close());
    const worker = await startWorker(4_000);
    await queue.addBulk(['endless', 'short', 'short', 'short'].map((name) => ({ name, data: {} })));
    await worker.waitForLine('begun short');
    worker.signal('SIGTERM');
    expect((await worker.waitForExit()).code).toBe(3); // incomplete: something was cut
    expect(worker.stdout).toContain('sent short');
    expect(worker.stdout).toContain('aborted endless');
    expect(await queue.getJobCounts('wait', 'active', 'completed')).toEqual({
      wait: 3,
      active: 0,
      completed: 1,
    });
  });
});
