// How much of the time from asking for a stop to having the report is the endpoint's own: all of it but what the report
// says the stop took, over stops with nothing to do, each of a fresh process; beside it a server of node:http in a fresh
// process that answers at once, since most of the time is that of any first request. And how long 500 callers wait.
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createControlClient } from '@quiesce/control/client';
import { createDirectory, quantile, startService } from './run-service.mjs';

const rounds = Number(process.argv[2] ?? 40);
const directory = createDirectory();
const socketPath = join(directory, 'bench.sock');
let plain = 0;

/**
 * @param {string} at the path of a socket
 * @param {string} method
 * @param {string} path
 * @returns {Promise<any>}
 */
function ask(at, method, path) {
  return new Promise((resolve, reject) => {
    request({ socketPath: at, method, path, agent: new Agent() }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      incoming.once('end', () => resolve(JSON.parse(text)));
    })
      .once('error', reject)
      .end();
  });
}

/** @param {{ answersAt?: string, control?: object }} options */
async function measure(options) {
  const service = await startService(options);
  const at = options.answersAt ?? socketPath;
  await ask(at, 'GET', '/control/status');
  const begun = performance.now();
  const { durationMs } = await ask(at, 'POST', '/control/shutdown');
  const shareMs = performance.now() - begun - durationMs;
  if (options.answersAt === undefined) await service.exited;
  else await service.kill();
  return shareMs;
}

/** @type {Readonly<Record<string, () => object>>} */
const kinds = {
  'node:http': () => ({ answersAt: join(directory, `plain-${(plain += 1)}.sock`) }),
  'without audit log': () => ({ control: { socketPath } }),
  'with audit log, synced': () => ({ control: { socketPath, auditFile: join(directory, 'audit.log') } }),
};
/** @type {Record<string, number[]>} */
const shares = {};
for (let round = 0; round < rounds; round += 1) {
  for (const [name, options] of Object.entries(kinds)) (shares[name] ??= []).push(await measure(options()));
}
for (const [name, values] of Object.entries(shares)) {
  const [p10, median, p90] = [0.1, 0.5, 0.9].map((share) => quantile(values, share).toFixed(2));
  console.log(`${name}: first answer p10 ${p10} ms, median ${median} ms, p90 ${p90} ms, ${rounds} processes`);
}

const service = await startService({
  control: { socketPath, auditFile: join(directory, 'many.log') },
  drainMs: 2_000,
});
const client = createControlClient({ socketPath });
const begun = performance.now();
const reports = await Promise.all(Array.from({ length: 500 }, () => client.shutdown()));
const waitedMs = performance.now() - begun;
const different = new Set(reports.map((report) => JSON.stringify(report))).size;
console.log(
  `500 callers: ${different} report; a stop of ${reports[0]?.durationMs} ms, the last answer after ${waitedMs.toFixed(0)} ms`,
);
await service.exited;
