import { createLifecycle } from '@quiesce/core';
import { bullQueue, bullWorker } from '@quiesce/core/bullmq';
import { Queue, Worker } from 'bullmq';

const path = process.env['REDIS_SOCKET'];
const connection = { ...(path === undefined ? { host: '127.0.0.1' } : { path }), maxRetriesPerRequest: null };
const queue = new Queue('mails', { connection });
const worker = new Worker(
  'mails',
  async (job, _token, signal) => {
    console.log('begun', job.name);
    if (job.name === 'endless') await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    else await new Promise((resolve) => setTimeout(resolve, 300));
    console.log(signal?.aborted ? 'aborted' : 'sent', job.name);
  },
  { connection, concurrency: 2, autorun: false },
);
worker.on('error', (error) => console.error(error.message));

const lifecycle = createLifecycle({ name: 'mails', timeoutMs: Number(process.env['TIMEOUT_MS'] ?? 25_000) });
const producer = lifecycle.add(bullQueue(queue));
lifecycle.add(bullWorker(worker), { dependsOn: [producer] });
lifecycle.on('state', ({ state }) => console.log(state));
await lifecycle.run();
