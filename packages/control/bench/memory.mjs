// What an idle control server adds to the resident memory of a process: over a service with a lifecycle and an HTTP
// server and no endpoint, and, to have both, over a process with nothing but an HTTP server.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createDirectory, quantile, startService } from './run-service.mjs';

const rounds = Number(process.argv[2] ?? 10);
const socketPath = join(createDirectory(), 'bench.sock');
const tokens = [{ name: 'a', role: 'operate', token: 'a-token-of-some-length' }];
const control = { socketPath, port: 0, tokens, probes: { port: 0 } };

/** @type {Readonly<Record<string, object>>} */
const kinds = {
  'HTTP server': { serves: true },
  'with lifecycle': { serves: true, lifecycle: true },
  'with control server': { serves: true, control },
};

/** @param {object} options */
async function measure(options) {
  const service = await startService(options);
  await delay(500);
  const { rss } = await service.ask('memory');
  await service.kill();
  return rss / 1_048_576;
}

/** @type {Record<string, number[]>} */
const results = {};
for (let round = 0; round < rounds; round += 1) {
  for (const [name, options] of Object.entries(kinds)) (results[name] ??= []).push(await measure(options));
}
const medians = Object.entries(results).map(([name, values]) => ({ name, median: quantile(values, 0.5) }));
medians.forEach(({ name, median }, index) => {
  const more = median - (medians[index - 1]?.median ?? median);
  console.log(`${name}: ${median.toFixed(1)} MiB resident${index === 0 ? '' : `, + ${more.toFixed(1)}`}`);
});
