// Writes and syncs as many bytes as a stop of the message log does, in as many threads and files, and nothing else.
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) await measure();
else await write();

async function measure() {
  const [folder, threads, filesOfThread, batchesOfFile, bytesOfBatch, restMs] = process.argv.slice(2);
  const workers = Array.from(
    { length: Number(threads) },
    (_, thread) =>
      new Worker(new URL(import.meta.url), {
        workerData: {
          paths: Array.from({ length: Number(filesOfThread) }, (_each, file) =>
            join(folder, `${thread}-${file}`),
          ),
          batches: Number(batchesOfFile),
          bytes: Number(bytesOfBatch),
        },
      }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  // As long as the log is at rest: a virtual machine gives the memory that is free back to its host meanwhile, and what
  // is written then needs new pages, which takes three times as long.
  await sleep(Number(restMs));
  const begun = performance.now();
  const ends = workers.map((worker) => once(worker, 'message'));
  for (const worker of workers) worker.postMessage('write');
  await Promise.all(ends);
  const durationMs = performance.now() - begun;
  process.stdout.write(JSON.stringify({ durationMs }));
  for (const worker of workers) worker.postMessage('end');
}

async function write() {
  const { paths, batches, bytes } = workerData;
  const files = await Promise.all(paths.map((path) => open(path, 'a')));
  const content = files.map(() => Array.from({ length: batches }, () => Buffer.alloc(bytes, 'quiesce ')));
  const told = once(parentPort, 'message');
  parentPort.postMessage('ready');
  await told;
  const end = once(parentPort, 'message');
  await Promise.all(
    files.map(async (file, index) => {
      for (let left = content[index]; left.length > 0; ) {
        const { bytesWritten } = await file.writev(left);
        let skipped = bytesWritten;
        left = left.filter((buffer) => (skipped -= buffer.length) < 0);
      }
      await file.datasync();
    }),
  );
  parentPort.postMessage('done');
  await end;
}
