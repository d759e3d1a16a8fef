import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} ServiceEnd
 * @property {number | null} code
 * @property {NodeJS.Signals | null} signal
 * @property {import('@quiesce/core').ShutdownReport | undefined} report
 * @property {string} log
 */

/**
 * The message log, as a process.
 * @typedef {object} LogService
 * @property {import('node:child_process').ChildProcess} child
 * @property {number} port
 * @property {string} socketPath
 * @property {string} log what it has written so far
 * @property {Promise<ServiceEnd>} ended
 */

const script = fileURLToPath(new URL('../../examples/06-message-log/server.mjs', import.meta.url));

/** Small, so that a short run has many segments, many flushes, and a stop in the middle of each. */
const settings = {
  SEGMENT_BYTES: String(256 * 1024),
  FLUSH_BYTES: String(128 * 1024),
  FLUSH_MS: '100',
  ANNOUNCE_MS: '10',
  TIMEOUT_MS: '20000',
  PROBES_PORT: '0',
  PORT: '0',
};

/**
 * @param {string} folder
 * @param {Readonly<Record<string, string>>} [more] settings of its own
 * @returns {Promise<LogService>}
 */
export async function startLog(folder, more = {}) {
  const reportFile = join(folder, 'report.json');
  rmSync(reportFile, { force: true });
  const socketPath = join(folder, 'control', 'control.sock');
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, ...settings, DATA: folder, REPORT: reportFile, SOCKET: socketPath, ...more },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const service = { child, port: 0, socketPath, log: '' };
  const lines = createInterface(child.stderr);
  const listens = new Promise((/** @type {(port: number) => void} */ resolve) => {
    lines.on('line', (line) => {
      service.log += `${line}\n`;
      const port = /^listening on http:\/\/[^:]+:(\d+)$/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
  const ended = once(child, 'close').then(([code, signal]) => {
    return { code, signal, report: readReport(reportFile), log: service.log };
  });
  const failed = ended.then(({ code, signal, log }) => {
    throw new Error(`the log ended with ${signal ?? code} before it listened\n${log}`);
  });
  service.port = await Promise.race([listens, failed]);
  failed.catch(() => {}); // from now on its end is what is waited for
  return Object.assign(service, { ended });
}

/**
 * @param {string} path
 * @returns {import('@quiesce/core').ShutdownReport | undefined}
 */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // it was killed
  }
}
