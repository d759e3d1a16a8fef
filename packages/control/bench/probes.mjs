// How many probes a second one process answers, what 5,000 of them a second do to its service, and how long a probe takes
// while the service drains under full load. The load comes from a process of its own for each purpose.
import { join } from 'node:path';
import { createControlClient } from '@quiesce/control/client';
import { createDirectory, forkModule, quantile, startService } from './run-service.mjs';

const directory = createDirectory();
const socketPath = join(directory, 'bench.sock');
const unlimited = { perSecond: 1e9, burst: 1e9 };
const limits = { proberRate: unlimited, probesRate: unlimited, connectionRate: unlimited };
const control = { socketPath, probes: { port: 0, host: '127.0.0.1' }, limits };

/**
 * @param {string} url
 * @param {object} options
 * @returns {Promise<{ latencies: number[], failed: number, perSecond: number }>}
 */
function loadFromOutside(url, options) {
  const child = forkModule('./load-process.mjs', [url, JSON.stringify(options)]);
  return new Promise((resolve) => child.once('message', (/** @type {any} */ message) => resolve(message)));
}

/** @param {string} name @param {{ latencies: number[], failed: number, perSecond: number }} result */
function print(name, { latencies, failed, perSecond }) {
  const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)];
  console.log(
    `${name}: ${perSecond.toFixed(0)} a second, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, failed ${failed}`,
  );
}

const service = await startService({ control, serves: true, drainMs: 8_000 });
const { url, probesUrl } = service.ready;
await loadFromOutside(`${probesUrl}/readyz`, { connections: 10, ms: 1_000 });
const cpuBefore = await service.ask('cpu');
const alone = await loadFromOutside(`${probesUrl}/readyz`, { connections: 20, ms: 4_000 });
const cpuAfter = await service.ask('cpu');
print('probes alone, as fast as they go', alone);
const cpuUs = cpuAfter.user + cpuAfter.system - cpuBefore.user - cpuBefore.system;
console.log(`  ${(cpuUs / alone.latencies.length).toFixed(1)} µs of the processor each`);

const work = { connections: 50, ms: 4_000, perSecond: 300 };
for (const round of [1, 2, 3]) {
  const without = await loadFromOutside(url, work);
  const [withProbes, probes] = await Promise.all([
    loadFromOutside(url, work),
    loadFromOutside(`${probesUrl}/readyz`, { connections: 20, ms: 4_000, perSecond: 5_000 }),
  ]);
  const ratio = quantile(withProbes.latencies, 0.5) / quantile(without.latencies, 0.5);
  console.log(
    `service, round ${round}: throughput ×${(withProbes.perSecond / without.perSecond).toFixed(2)}, median ×${ratio.toFixed(2)} beside ${probes.perSecond.toFixed(0)} probes a second (${probes.failed} failed)`,
  );
}

const stopped = createControlClient({ socketPath }).shutdown({ mode: 'graceful' });
const [busy, liveness] = await Promise.all([
  loadFromOutside(url, { connections: 64, ms: 5_000 }),
  loadFromOutside(`${probesUrl}/livez`, { connections: 2, ms: 5_000, perSecond: 50 }),
]);
print('service while it drains, as fast as it goes', busy);
print('probes beside it', liveness);
await stopped;
