// Stops a group of shards, or as many bare worker threads, that have nothing to do; says how long that took and what
// memory they had.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createLifecycle, silentLogger } from '@quiesce/core';
import { shardGroup } from '@quiesce/core/shards';

const [what, count] = process.argv.slice(2);
const settleMs = 300;

const script = (name) => new URL(`shards/${name}.mjs`, import.meta.url);
const residentKiB = () => process.memoryUsage.rss() / 1024;

async function startGroup() {
  const lifecycle = createLifecycle({ name: 'parent', signals: false, logger: silentLogger });
  lifecycle.add(shardGroup({ script: script('shard'), count: Number(count) }));
  await lifecycle.start();
  return async () => {
    const { outcome, phases } = await lifecycle.shutdown();
    if (outcome !== 'clean') throw new Error(`the stop was ${outcome}`);
    return Object.fromEntries(phases.map(({ name, durationMs }) => [name, durationMs]));
  };
}

async function startWorkers() {
  const workers = Array.from({ length: Number(count) }, () => new Worker(script(what)));
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  return async () => {
    const ends = workers.map((worker) => once(worker, 'exit'));
    for (const worker of workers) worker.postMessage('end');
    await Promise.all(ends);
    return {};
  };
}

globalThis.gc();
const beforeKiB = residentKiB();
const stop = await (what === 'shard' ? startGroup() : startWorkers());
await sleep(settleMs);
const memoryKiB = (residentKiB() - beforeKiB) / Number(count);
const cpu = process.cpuUsage();
const begun = performance.now();
const phases = await stop();
const wallMs = performance.now() - begun;
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(JSON.stringify({ wallMs, cpuMs: (user + system) / 1_000, memoryKiB, phases }));
