import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** How long a process has to end by itself, in milliseconds. */
const patienceMs = 2_000;

/** The processes of the demo, so that none outlives it. */
export class ChildProcesses {
  /** @type {Set<ChildProcess>} */
  #running = new Set();

  /** @param {ChildProcess} child */
  add(child) {
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
  }

  /** Ends what still runs, each process by its own pid: asks first, then insists. */
  async end() {
    await Promise.all([...this.#running].map(endProcess));
  }
}

/** @param {ChildProcess} child */
async function endProcess(child) {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = new AbortController();
  const tooLate = delay(patienceMs, undefined, { signal: patience.signal }).then(
    () => child.kill('SIGKILL'),
    () => {},
  );
  await exit;
  patience.abort();
  await tooLate;
}
