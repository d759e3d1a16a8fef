// So many messages in flight when the stop begins: from the end of the last handler to the end of the drain.
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { createLifecycle, silentLogger } from '@quiesce/core';
import { jetStreamConsumer, natsConnection } from '@quiesce/core/nats';

const [url, stream, count] = process.argv.slice(2);
const total = Number(count);
const client = await connect({ servers: url });
const manager = await jetstreamManager(client);
await manager.streams.add({ name: stream, subjects: [`${stream}.*`] });
await manager.consumers.add(stream, {
  durable_name: 'worker',
  ack_policy: 'explicit',
  max_ack_pending: 2 * total,
});
await Promise.all(
  Array.from({ length: total }, (_, index) => jetstream(client).publish(`${stream}.${index}`)),
);

let begun = 0;
let lastEndMs = 0;
let allBegun = () => {};
let release = () => {};
const inFlight = new Promise((resolve) => {
  allBegun = resolve;
});
const released = new Promise((resolve) => {
  release = resolve;
});
const connection = natsConnection(client);
const lifecycle = createLifecycle({ name: 'drain', exit: false, signals: false, logger: silentLogger });
const nats = lifecycle.add(connection);
const consumer = await jetstream(client).consumers.get(stream, 'worker');
const handle = async () => {
  begun += 1;
  if (begun === total) allBegun();
  await released;
  lastEndMs = performance.now();
};
lifecycle.add(jetStreamConsumer(consumer, handle, { connection, concurrency: total }), { dependsOn: [nats] });
let drainedMs = 0;
lifecycle.on('phase-end', ({ phase }) => {
  if (phase === 'drain') drainedMs = performance.now();
});
await lifecycle.start();
await inFlight;
lifecycle.on('phase-start', ({ phase }) => {
  if (phase === 'drain') setTimeout(release, 100);
});
const { outcome, work } = await lifecycle.shutdown();
process.stdout.write(JSON.stringify({ outcome, completed: work.completed, afterMs: drainedMs - lastEndMs }));
