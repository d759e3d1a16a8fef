import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { beforeAll } from 'vitest';

/*
 * Runs around every test file: what a file opens (servers, sockets, child processes, worker threads, timers, process
 * listeners) must be closed when it ends, because a leak in a test is most often a leak in what it tests.
 */

/** Types of `process.getActiveResourcesInfo()`; the others come and go with the test runner. */
const watchedResources: ReadonlySet<string> = new Set([
  'FSEventWrap',
  'PipeServerWrap',
  'PipeWrap',
  'ProcessWrap',
  'TCPServerWrap',
  'TCPSocketWrap',
  'TLSWrap',
  'Timeout',
  'UDPWrap',
]);

const watchedEvents = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2', 'uncaughtException', 'unhandledRejection'];

/**
 * Handles close in a later turn of the event loop, and the test runner keeps a timer of 100 ms for its progress
 * after each test; on a machine under load both take longer.
 */
const patienceMs = 2_000;

type Counts = ReadonlyMap<string, number>;

beforeAll(() => {
  const workers = new Set<Worker>();
  const onWorker = (worker: Worker): void => {
    workers.add(worker);
    worker.once('exit', () => workers.delete(worker));
  };
  process.on('worker', onWorker);
  const before = new Map(countOpen(workers)).set('Timeout', 0);
  return async () => {
    const giveUpAt = performance.now() + patienceMs;
    let leaked = findLeaked(before, countOpen(workers));
    while (leaked.length > 0 && performance.now() < giveUpAt) {
      await delay(5);
      leaked = findLeaked(before, countOpen(workers));
    }
    process.off('worker', onWorker);
    if (leaked.length > 0) throw new Error(`This test file left open: ${leaked.join(', ')}`);
  };
});

function findLeaked(before: Counts, now: Counts): readonly string[] {
  return [...now]
    .map(([type, count]) => ({ type, extra: count - (before.get(type) ?? 0) }))
    .filter(({ extra }) => extra > 0)
    .map(({ type, extra }) => `${extra} ${type}`);
}

function countOpen(workers: ReadonlySet<Worker>): Counts {
  const counts = new Map<string, number>([['worker thread', workers.size]]);
  for (const type of process.getActiveResourcesInfo()) {
    if (watchedResources.has(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  for (const event of watchedEvents) counts.set(`listener of ${event}`, process.listenerCount(event));
  return counts;
}
