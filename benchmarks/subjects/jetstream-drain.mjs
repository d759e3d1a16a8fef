// So many messages in flight when the stop begins: from the end of the last handler to the end of the drain. With
// `by-hand` there is no stop: to the last acknowledgement of a loop without anything else.
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { createLifecycle, silentLogger } from '@quiesce/core';
import { jetStreamConsumer, natsConnection } from '@quiesce/core/nats';

const [kind, url, stream, inFlight, handledBefore] = process.argv.slice(2);
const total = Number(inFlight);
const before = Number(handledBefore);
const client = await connect({ servers: url });
const manager = await jetstreamManager(client);
await manager.streams.add({ name: stream, subjects: [`${stream}.*`] });
await manager.consumers.add(stream, {
  durable_name: 'worker',
  ack_policy: 'explicit',
  max_ack_pending: 2 * total,
});
const publisher = jetstream(client);
for (let sent = 0; sent < before + total; sent += 1_000) {
  const count = Math.min(1_000, before + total - sent);
  await Promise.all(
    Array.from({ length: count }, (_, index) => publisher.publish(`${stream}.${sent + index}`)),
  );
}
const consumer = await jetstream(client).consumers.get(stream, 'worker');

let begun = 0;
let lastEndMs = 0;
let allBegun = () => {};
let release = () => {};
const haveAllBegun = new Promise((resolve) => {
  allBegun = resolve;
});
const released = new Promise((resolve) => {
  release = resolve;
});
/** The first messages are done in a few milliseconds, the others when they are released. */
async function handle() {
  begun += 1;
  if (begun <= before) {
    await sleep(1 + (begun % 5));
    return;
  }
  if (begun === before + total) allBegun();
  await released;
  lastEndMs = performance.now();
}

async function drainByHand() {
  let acknowledged = 0;
  const hasAll = () => begun === before + total;
  const done = new Promise((resolve) => {
    const handleOne = async (message) => {
      await handle();
      message.ack();
      acknowledged += 1;
      if (acknowledged === before + total) resolve(performance.now());
    };
    void (async () => {
      while (!hasAll()) {
        const expires = 1_000;
        for await (const message of await consumer.fetch({ max_messages: total, expires }))
          void handleOne(message);
      }
    })();
  });
  await haveAllBegun;
  setTimeout(release, 100);
  const doneMs = await done;
  return { outcome: 'clean', completed: total, afterMs: doneMs - lastEndMs };
}

async function drainByAdapter() {
  const connection = natsConnection(client);
  const lifecycle = createLifecycle({ name: 'drain', exit: false, signals: false, logger: silentLogger });
  const nats = lifecycle.add(connection);
  const options = { connection, concurrency: total, pull: { max_messages: total, expires: 1_000 } };
  lifecycle.add(jetStreamConsumer(consumer, handle, options), { dependsOn: [nats] });
  let drainedMs = 0;
  lifecycle.on('phase-end', ({ phase }) => {
    if (phase === 'drain') drainedMs = performance.now();
  });
  await lifecycle.start();
  await haveAllBegun;
  lifecycle.on('phase-start', ({ phase }) => {
    if (phase === 'drain') setTimeout(release, 100);
  });
  const { outcome, work } = await lifecycle.shutdown();
  return { outcome, completed: work.completed, afterMs: drainedMs - lastEndMs };
}

const result = kind === 'by-hand' ? await drainByHand() : await drainByAdapter();
process.stdout.write(JSON.stringify(result), () => process.exit());
