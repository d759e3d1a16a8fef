import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** @typedef {import('node:stream').Readable} Readable */

/**
 * A line of the service's own account of itself: an event of its lifecycle, or its status.
 * @typedef {import('@quiesce/core').LifecycleEvent
 *   | ({ type: 'status' } & import('@quiesce/core').LifecycleStatus)} ServiceLine
 */

/**
 * How the service's process ended.
 * @typedef {object} ServiceEnd
 * @property {number | null} code
 * @property {NodeJS.Signals | null} signal
 * @property {number | undefined} handled how many requests reached a handler; unknown when it was killed
 * @property {string} log what it wrote to the standard error
 */

/**
 * A service that listens.
 * @typedef {object} ServiceProcess
 * @property {number} pid
 * @property {URL} url
 * @property {Promise<ServiceEnd>} ended
 * @property {(signal: NodeJS.Signals) => void} signal
 */

const observer = new URL('in-service.mjs', import.meta.url).href;

/**
 * Starts a service on a port that is free, and resolves when it listens.
 * @param {URL} script
 * @param {Readonly<Record<string, string>>} settings added to the environment
 * @param {(line: ServiceLine) => void} onLine
 * @param {import('./child-processes.mjs').ChildProcesses} children
 * @returns {Promise<ServiceProcess>}
 */
export async function startService(script, settings, onLine, children) {
  const child = spawn(process.execPath, ['--import', observer, fileURLToPath(script)], {
    env: { ...process.env, ...settings, PORT: '0', EVENTS: 'stdout' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  children.add(child);
  const [, stdout, stderr, observed] = /** @type {Readable[]} */ (child.stdio);
  if (!stdout || !stderr || !observed) throw new Error('the service has no pipes');

  eachLine(stdout, (line) => onLine(JSON.parse(line)));
  const log = collect(stderr);
  const handled = text(observed);
  const ended = once(child, 'close').then(async ([code, signal]) => {
    return { code, signal, handled: readHandled(await handled), log: log.text };
  });
  const url = await Promise.race([findAddress(stderr), ended.then(neverListened)]);
  return { pid: child.pid ?? 0, url, ended, signal: (signal) => void child.kill(signal) };
}

/**
 * @param {Readable} stderr
 * @returns {Promise<URL>}
 */
function findAddress(stderr) {
  return new Promise((resolve) => {
    eachLine(stderr, (line) => {
      const url = /^listening on (\S+)$/.exec(line)?.[1];
      if (url !== undefined) resolve(new URL(url));
    });
  });
}

/**
 * @param {ServiceEnd} end
 * @returns {never}
 */
function neverListened({ code, signal, log }) {
  throw new Error(`the service ended with ${signal ?? code} before it listened\n${log}`);
}

/**
 * @param {Readable} stream
 * @param {(line: string) => void} take
 */
function eachLine(stream, take) {
  createInterface(stream).on('line', take);
}

/** @param {Readable} stream */
function collect(stream) {
  const collected = { text: '' };
  stream.on('data', (chunk) => (collected.text += chunk));
  return collected;
}

/** @param {string} observed */
function readHandled(observed) {
  return observed === '' ? undefined : JSON.parse(observed).handled;
}
