// Stops the services of the pipeline in any order, at any moment, under load, and accounts for every order:
//
//   node examples/34-pipeline/run.mjs --stops 100            with SIGTERM
//   node examples/34-pipeline/run.mjs --stops 100 --kill     with SIGKILL, for comparison
//   … --seed 7                                               another order
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startLoad } from './load.mjs';
import { startService } from './service-process.mjs';
import { connectPipeline } from './services/streams.mjs';

const { values } = parseArgs({
  options: {
    stops: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    kill: { type: 'boolean', default: false },
  },
});
let seed = Number(values.seed);
const names = ['gateway', 'billing', 'ledger'];
const { client, manager, ledger } = await connectPipeline();
const services = new Map();
for (const name of names) services.set(name, await startService(name));
/** @type {Map<string, number>} */
const exits = new Map();
const load = startLoad(() => services.get('gateway')?.port);
try {
  for (let stop = 0; stop < Number(values.stops); stop += 1) {
    await delay(200 + 300 * random());
    const name = names[Math.floor(random() * names.length)] ?? 'gateway';
    const code = await services.get(name).stop(values.kill ? 'SIGKILL' : 'SIGTERM');
    const exit = `${name} ${code ?? 'killed'}`;
    exits.set(exit, (exits.get(exit) ?? 0) + 1);
    services.set(name, await startService(name));
  }
  await load.stop();
  await emptied();
  const stored = await readLedger();
  const lost = load.accepted.filter((id) => !stored.has(id));
  const duplicates = [...stored.values()].reduce((sum, versions) => sum + versions - 1, 0);
  const { accepted, refused, failed } = load;
  console.log(
    JSON.stringify({
      exits: Object.fromEntries(exits),
      accepted: accepted.length,
      refused,
      unanswered: failed,
      lost: lost.length,
      duplicates,
    }),
  );
  if (lost.length > 0) process.exitCode = 1;
} finally {
  await load.stop();
  await Promise.all([...services.values()].map((service) => service.stop('SIGTERM')));
  await client.close();
}

/** A linear congruential generator (Numerical Recipes), so that a run can be repeated. */
function random() {
  seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
  return seed / 2 ** 32;
}

/** Everything that was accepted has gone through: nothing waits, nothing is unacknowledged. */
async function emptied() {
  for (let quiet = 0; quiet < 2; ) {
    const infos = await Promise.all(
      ['ORDERS', 'INVOICES'].map((name) => manager.consumers.info(name, 'next')),
    );
    quiet = infos.every((info) => info.num_pending + info.num_ack_pending === 0) ? quiet + 1 : 0;
    await delay(50);
  }
}

/** How often each order was stored. */
async function readLedger() {
  /** @type {Map<string, number>} */
  const versions = new Map();
  for await (const { key } of await ledger.history()) versions.set(key, (versions.get(key) ?? 0) + 1);
  return versions;
}
