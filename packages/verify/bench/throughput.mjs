// How many requests a second the load processes send and the account accounts for, and what memory that takes:
//
//     npm run build && node packages/verify/bench/throughput.mjs [processes] [connections] [seconds ...]
//
// Several durations show whether memory grows with the number of requests. The server is one process that does next to
// nothing; server and clients share the machine's cores.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { takeAccount } from '../../../.cache/compiled/verify/account/account.js';
import { startLoadFleet } from '../../../.cache/compiled/verify/load/load-fleet.js';
import { splitLoad } from '../../../.cache/compiled/verify/load/split-load.js';

const [processes = '1', connections = '64', ...durations] = process.argv.slice(2);
const template = {
  name: 'GET /',
  method: 'GET',
  path: '/',
  headers: {},
  body: '',
  role: /** @type {const} */ ('load'),
  weight: 1,
  expect: { statuses: [200] },
};

/**
 * @param {number} port
 * @param {string} directory
 * @param {number} seconds
 */
async function measure(port, directory, seconds) {
  const epochNs = process.hrtime.bigint();
  const epochMs = performance.now();
  const plan = {
    kind: /** @type {const} */ ('keep-alive'),
    connections: Number(connections),
    thinkMs: 0,
    templates: [0],
  };
  const files = Array.from({ length: Number(processes) }, (_empty, worker) =>
    join(directory, `${worker}.log`),
  );
  const fleet = startLoadFleet(
    splitLoad([plan], files.length).map((streams, worker) => ({
      worker,
      epochNs: String(epochNs),
      seed: `throughput-${worker}`,
      target: { host: '127.0.0.1', port, tls: false },
      templates: [template],
      streams,
      marker: undefined,
      logFile: files[worker] ?? '',
      requestTimeoutMs: 10_000,
    })),
  );
  try {
    await fleet.established(10_000);
    const begun = performance.now();
    await delay(seconds * 1_000);
    const results = await fleet.finish(5_000);
    const sentMs = performance.now() - begun;
    const stop = {
      signalUs: (performance.now() - epochMs) * 1_000,
      exitUs: Infinity,
      killedUs: undefined,
      clientsLateUs: 0,
    };
    const before = performance.now();
    const account = takeAccount({ files, stop, announceMs: undefined, served: undefined });
    const accountMs = performance.now() - before;
    const { total, verdicts } = account.tally;
    const busyMs = results.reduce((sum, { health }) => sum + health.utilization * sentMs, 0);
    return {
      requests: total,
      answered: verdicts.answered,
      'sent / s': Math.round((total * 1_000) / sentMs),
      'sent and accounted / s': Math.round((total * 1_000) / (sentMs + accountMs)),
      'client, µs / request': Number(((busyMs * 1_000) / total).toFixed(1)),
      'account, µs / request': Number(((accountMs * 1_000) / total).toFixed(2)),
      'peak of a client, MB': Math.round(
        Math.max(...results.map(({ health }) => health.peakMemoryBytes)) / 1e6,
      ),
      'judge, MB': Math.round(process.resourceUsage().maxRSS / 1_000),
      'logs, MB': Math.round(files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6),
    };
  } finally {
    fleet.destroy();
  }
}

const server = fork(new URL('fixed-answer-server.mjs', import.meta.url), { execArgv: [] });
const directory = mkdtempSync(join(tmpdir(), 'quiesce-throughput-'));
try {
  const [port] = await once(server, 'message');
  console.log(
    `${processes} load process(es), ${connections} connections, ${availableParallelism()} cores shared with the server`,
  );
  const rows = [];
  for (const seconds of durations.length > 0 ? durations : ['2', '20']) {
    rows.push(await measure(Number(port), directory, Number(seconds)));
  }
  console.table(rows);
} finally {
  server.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
}
