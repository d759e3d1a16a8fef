import { bullQueue, bullWorker } from '@quiesce/core/bullmq';
import { componentContract, createManualStop } from '@quiesce/core/testing';
import { DelayedError, type Job, type Processor, Queue, Worker } from 'bullmq';
import { Queue as Queue5, Worker as Worker5 } from 'bullmq-5';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startComponent, stopComponent } from '../support/component-run.js';
import { createGate } from '../support/test-lifecycle.js';
import { describeWithRedis, saysWhetherThereIsRedis, useRedis } from './redis-in-file.js';

const redis = useRedis();
let names = 0;

saysWhetherThereIsRedis();

function connection(): { path: string; maxRetriesPerRequest: null } {
  return { path: redis.path, maxRetriesPerRequest: null };
}

function createQueue(): Queue {
  names += 1;
  const queue = new Queue(`q${names}`, { connection: connection() });
  onTestFinished(() => queue.close());
  return queue;
}

function createWorker(queue: { readonly name: string }, processor: Processor, options: object = {}): Worker {
  const worker = new Worker(queue.name, processor, { connection: connection(), autorun: false, ...options });
  worker.on('error', () => undefined);
  return worker;
}

describeWithRedis('a stop of a BullMQ worker', () => {
  it('ends the jobs it has begun, takes no more, and leaves the others to whoever is next', async () => {
    const queue = createQueue();
    const gate = createGate();
    const begun = createGate();
    let count = 0;
    const component = bullWorker(
      createWorker(
        queue,
        async () => {
          count += 1;
          if (count === 3) begun.open();
          await gate.passed;
        },
        { concurrency: 3 },
      ),
    );
    await startComponent(component);
    await queue.addBulk(Array.from({ length: 10 }, () => ({ name: 'job', data: {} })));
    await begun.passed;
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    expect(component.pending?.()).toBe(3);
    const drained = stop.call(component, 'drain');
    gate.open();
    await drained;
    await stop.call(component, 'release');
    expect(stop.completed).toBe(3);
    expect(count).toBe(3);
    expect(await queue.getJobCounts('wait', 'active', 'completed')).toMatchObject({
      wait: 7,
      active: 0,
      completed: 3,
    });
  });

  it('renews the locks of its jobs until they have ended, however long the drain is', async () => {
    const queue = createQueue();
    const gate = createGate();
    const begun = createGate();
    const component = bullWorker(
      createWorker(
        queue,
        async () => {
          begun.open();
          await gate.passed;
        },
        { lockDuration: 600 },
      ),
    );
    await startComponent(component);
    const job = await queue.add('long', {});
    await begun.passed;
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    const drained = stop.call(component, 'drain');
    // Another worker looks for stalled jobs all the time; it would take one whose lock had run out.
    const stalled: string[] = [];
    const other = createWorker(queue, async () => undefined, { stalledInterval: 100, lockDuration: 600 });
    other.on('stalled', (id: string) => stalled.push(id));
    const watcher = bullWorker(other, { name: 'other' });
    await startComponent(watcher);
    await new Promise((resolve) => {
      setTimeout(resolve, 1_500);
    });
    gate.open();
    await drained;
    await stop.call(component, 'release');
    await stopComponent(watcher);
    expect(stalled).toEqual([]);
    expect(await job.getState()).toBe('completed');
  });

  it('aborts what is cut and moves it back to wait, where the next worker has it at once', async () => {
    const queue = createQueue();
    const begun = createGate();
    const aborted = createGate();
    const component = bullWorker(
      createWorker(queue, async (_job: Job, _token?: string, signal?: AbortSignal) => {
        begun.open();
        await new Promise((resolve) => {
          signal?.addEventListener('abort', resolve);
        });
        aborted.open();
      }),
    );
    await startComponent(component);
    const job = await queue.add('endless', {});
    await begun.passed;
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    const drained = stop.call(component, 'drain');
    stop.abort('drain');
    await drained;
    await aborted.passed;
    await stop.call(component, 'release');
    expect(stop.cutWork).toMatchObject([{ name: `endless #${job.id}` }]);
    const done = createGate();
    const next = bullWorker(createWorker(queue, async () => done.open()));
    await startComponent(next);
    await done.passed;
    await stopComponent(next);
    expect(await job.getState()).toBe('completed');
  });

  it('does not count a job any more that its processor has postponed', async () => {
    const queue = createQueue();
    const ends = createGate();
    const component = bullWorker(
      createWorker(queue, async (job, token) => {
        if (job.name === 'last') return ends.open();
        await job.moveToDelayed(Date.now() + 60_000, token);
        throw new DelayedError();
      }),
    );
    await startComponent(component);
    await queue.addBulk(['a', 'b', 'c', 'last'].map((name) => ({ name, data: {} })));
    await ends.passed;
    expect(component.pending?.()).toBeLessThanOrEqual(1);
    const stop = await stopComponent(component);
    expect(stop.cutWork).toEqual([]);
    expect(component.pending?.()).toBe(0);
  });

  it('is the same with BullMQ 5', async () => {
    names += 1;
    const queue = new Queue5(`q${names}`, { connection: connection() });
    const gate = createGate();
    const begun = createGate();
    const worker = new Worker5(
      queue.name,
      async () => {
        begun.open();
        await gate.passed;
      },
      { connection: connection(), autorun: false },
    );
    const component = bullWorker(worker);
    const producer = bullQueue(queue);
    await startComponent(component);
    await queue.addBulk(['a', 'b'].map((name) => ({ name, data: {} })));
    await begun.passed;
    const stop = createManualStop();
    await stop.call(component, 'refuse');
    const drained = stop.call(component, 'drain');
    gate.open();
    await drained;
    await stop.call(component, 'release');
    expect(await queue.getJobCounts('wait', 'completed')).toMatchObject({ wait: 1, completed: 1 });
    await stopComponent(producer);
  });
});

componentContract({
  name: 'bullWorker',
  create() {
    names += 1;
    const queue = new Queue(`q${names}`, { connection: connection() });
    const gate = createGate();
    const begun = createGate();
    const worker = createWorker(queue, async () => {
      begun.open();
      await gate.passed;
    });
    return {
      component: bullWorker(worker),
      async begin() {
        await queue.add('contract', {});
        await begun.passed;
        return { end: () => gate.open() };
      },
      async dispose() {
        gate.open();
        await queue.close();
        await worker.close(true);
      },
    };
  },
  test: { describe: describeWithRedis as typeof describe, it },
});

componentContract({
  name: 'bullQueue',
  create() {
    names += 1;
    const queue = new Queue(`q${names}`, { connection: connection() });
    return { component: bullQueue(queue), dispose: () => queue.close() };
  },
  test: { describe: describeWithRedis as typeof describe, it },
});
