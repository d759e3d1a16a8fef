import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts a module in a process of its own that does not outlive this one.
 * @param {string} file
 * @param {readonly string[]} args
 */
export function forkModule(file, args) {
  const child = fork(new URL(file, import.meta.url), [...args], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/**
 * Starts the service in a process of its own.
 * @param {object} options see service.mjs
 */
export async function startService(options) {
  const child = forkModule('./service.mjs', [JSON.stringify(options)]);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  /** @type {(question?: string) => Promise<any>} */
  const ask = (question) => {
    const answer = new Promise((resolve) => child.once('message', resolve));
    if (question !== undefined) child.send(question);
    return answer;
  };
  const ready = await ask();
  return {
    ready,
    ask,
    exited,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** A directory that is removed at the end. */
export function createDirectory() {
  const directory = mkdtempSync(join(tmpdir(), 'quiesce-bench-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/**
 * @param {readonly number[]} values
 * @param {number} share 0.5 for the median
 */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
