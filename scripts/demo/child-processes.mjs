import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** How long a process has to end by itself, in milliseconds. */
const patienceMs = 2_000;

/** The processes of the demo, so that none outlives it. */
export class ChildProcesses {
  /** @type {Map<ChildProcess, string>} */
  #running = new Map();

  /**
   * @param {string} name
   * @param {ChildProcess} child
   */
  add(name, child) {
    this.#running.set(child, name);
    child.once('exit', () => this.#running.delete(child));
  }

  /**
   * Ends what still runs, each by its own pid: asks first, then insists.
   * @returns {Promise<readonly string[]>} what was ended
   */
  async end() {
    const running = [...this.#running];
    await Promise.all(running.map(([child]) => endProcess(child)));
    return running.map(([child, name]) => `${name} (process ${child.pid})`);
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
