import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { expect, it, onTestFinished } from 'vitest';
import { startNode, type TestProcess } from '../../e2e/support/process.js';
import { describeWithNats, startNatsServer } from '../../packages/core/test/nats/support/nats-server.js';

const orders = 20;

function startWorker(url: string): TestProcess {
  return startNode(new URL('worker.mjs', import.meta.url), [], { env: { NATS_URL: url } });
}

function handledBy({ stdout }: TestProcess): readonly string[] {
  return [...stdout.matchAll(/handled: (\S+)/g)].map(([, subject = '']) => subject);
}

describeWithNats('the JetStream worker', () => {
  it('finishes what it has begun when it is stopped, and leaves the rest to the next one', async () => {
    const { url } = await startNatsServer((end) => onTestFinished(end));
    const first = startWorker(url);
    await first.waitForLine('running');
    const client = await connect({ servers: url });
    onTestFinished(() => client.close());
    for (let order = 0; order < orders; order += 1) await jetstream(client).publish(`orders.${order}`);
    await first.waitForLine('handled');
    first.signal('SIGTERM');
    expect(await first.waitForExit()).toMatchObject({ code: 0, signal: null });
    const second = startWorker(url);
    const missing = orders - handledBy(first).length;
    expect(missing).toBeGreaterThan(0);
    await second.waitForLine(`${missing} handled:`);
    expect((await client.request('orders-handled')).string()).toBe(String(missing));
    second.signal('SIGTERM');
    expect(await second.waitForExit()).toMatchObject({ code: 0, signal: null });
    expect([...handledBy(first), ...handledBy(second)].toSorted()).toEqual(
      Array.from({ length: orders }, (_, order) => `orders.${order}`).toSorted(),
    );
  });
});
