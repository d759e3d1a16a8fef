import type { Worker } from 'node:worker_threads';

/** By name, the worker threads of this process that were told to end and have not. */
const ending = new Map<Worker, string>();

/** Ends a worker thread, which takes until none of its requests is under way: for ever when one is stuck. */
export function endThread(worker: Worker, name: string): void {
  if (ending.has(worker)) return;
  ending.set(worker, name);
  worker.once('exit', () => ending.delete(worker));
  void worker.terminate();
}

/** The names of those that have not ended yet: `process.exit` would wait for them. */
export function threadsThatEnd(): readonly string[] {
  return [...ending.values()];
}
