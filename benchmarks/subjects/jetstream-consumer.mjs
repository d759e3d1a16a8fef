// A consumer of a stream under load, stopped with SIGTERM: with Quiesce, by `nc.drain()` alone, or not at all.
// Appends `<sequence> <redelivered>` for each message it has handled, and prints how many it had in flight.
import { openSync, writeSync } from 'node:fs';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { createLifecycle, silentLogger } from '@quiesce/core';
import { jetStreamConsumer, natsConnection } from '@quiesce/core/nats';

const [kind, url, stream, file, concurrency] = process.argv.slice(2);
const client = await connect({ servers: url });
const consumer = await jetstream(client).consumers.get(stream, 'worker');
const log = openSync(file, 'a');
let inFlight = 0;

/** Between 5 and 15 ms of work; durable when it resolves. */
async function handle(message) {
  inFlight += 1;
  await new Promise((resolve) => setTimeout(resolve, 5 + 10 * Math.random()));
  inFlight -= 1;
  writeSync(log, `${message.seq} ${message.redelivered ? 1 : 0}\n`);
}

const starters = {
  async quiesce() {
    const connection = natsConnection(client);
    const lifecycle = createLifecycle({ name: 'consumer', logger: silentLogger });
    const nats = lifecycle.add(connection);
    const options = { connection, concurrency: Number(concurrency) };
    lifecycle.add(jetStreamConsumer(consumer, handle, options), { dependsOn: [nats] });
    lifecycle.on('stop', () => console.log(inFlight));
    await lifecycle.start();
    void lifecycle.run();
  },
  async drain() {
    process.once('SIGTERM', () => {
      console.log(inFlight);
      void client.drain().then(() => process.exit(0));
    });
    void consumeByHand();
  },
  async exit() {
    process.once('SIGTERM', () => {
      console.log(inFlight);
      process.exit(0);
    });
    void consumeByHand();
  },
};

async function consumeByHand() {
  const messages = await consumer.consume({ max_messages: 2 * Number(concurrency) });
  let free = () => {};
  for await (const message of messages) {
    while (inFlight >= Number(concurrency)) {
      await new Promise((resolve) => {
        free = resolve;
      });
    }
    void handle(message).then(() => {
      if (!client.isClosed()) message.ack();
      free();
    });
  }
}

await starters[kind]();
console.log('ready');
