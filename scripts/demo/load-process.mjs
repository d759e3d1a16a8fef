import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** @typedef {import('./load/main.mjs').Answer} Answer */
/** @typedef {import('./load/tally.mjs').Tally} Tally */
/** @typedef {import('./load/read-back.mjs').ReadBack} ReadBack */

/**
 * The load, in a process of its own.
 * @typedef {object} LoadProcess
 * @property {number} pid
 * @property {(url: URL) => void} start
 * @property {() => Promise<Tally>} finish sends nothing new, and resolves when every request has come to its end
 * @property {(url: URL) => Promise<ReadBack>} readBack
 * @property {() => void} end
 */

const script = fileURLToPath(new URL('load/main.mjs', import.meta.url));

/**
 * Starts the process; the load itself waits until it is told.
 * @param {(tally: Tally) => void} onTally
 * @param {import('./child-processes.mjs').ChildProcesses} children
 * @returns {LoadProcess}
 */
export function startLoad(onTally, children) {
  const child = fork(script, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.add(child);
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the load ended with ${signal ?? code}`);
  });
  ended.catch(() => {}); // it concerns whoever waits for an answer
  child.on('message', (/** @type {Answer} */ answer) => {
    if (answer.type === 'tally') onTally(answer.tally);
  });

  /**
   * @template {Exclude<Answer, { type: 'tally' }>['type']} Type
   * @param {import('./load/main.mjs').Order} order
   * @param {Type} type of the answer
   * @returns {Promise<Extract<Answer, { type: Type }>>}
   */
  const ask = (order, type) => {
    const answered = new Promise((resolve) => {
      child.on('message', (/** @type {Answer} */ answer) => {
        if (answer.type === type) resolve(answer);
      });
    });
    child.send(order);
    return Promise.race([answered, ended]);
  };

  return {
    pid: child.pid ?? 0,
    start: (url) => void child.send({ type: 'start', url: url.href }),
    finish: async () => (await ask({ type: 'finish' }, 'finished')).tally,
    readBack: async (url) => (await ask({ type: 'read-back', url: url.href }, 'read-back')).readBack,
    end: () => child.disconnect(),
  };
}
