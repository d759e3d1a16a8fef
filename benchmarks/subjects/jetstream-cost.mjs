// What following a message costs: the same messages, from memory, handled and acknowledged by hand and by the adapter.
import { jetStreamConsumer } from '@quiesce/core/nats';

const [rounds, messages] = process.argv.slice(2).map(Number);
const batch = 256;
let acknowledged = 0;
let done = () => {};
const message = {
  subject: 'a',
  seq: 1,
  ack() {
    acknowledged += 1;
    if (acknowledged === messages) done();
  },
  ackAck: async () => true,
  nak() {},
  working() {},
};

function createConsumer() {
  let left = messages;
  return {
    info: async () => ({ config: { ack_policy: 'explicit', ack_wait: 30e9 } }),
    async fetch() {
      const count = Math.min(batch, left);
      left -= count;
      // At the end as a server does it: nothing comes any more.
      if (count === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      return {
        close: async () => undefined,
        async *[Symbol.asyncIterator]() {
          for (let index = 0; index < count; index += 1) yield message;
        },
      };
    },
  };
}

const work = async () => undefined;

async function byHand() {
  const consumer = createConsumer();
  for (let seen = 0; seen < messages; ) {
    for await (const each of await consumer.fetch()) {
      seen += 1;
      void work(each).then(() => each.ack());
    }
  }
}

async function byAdapter() {
  const component = jetStreamConsumer(createConsumer(), work, { concurrency: batch });
  const all = new Promise((resolve) => {
    done = resolve;
  });
  await component.start({ signal: new AbortController().signal, fail: (error) => console.error(error) });
  await all;
  const nothing = () => undefined;
  const signal = new AbortController().signal;
  const stop = { signal, cut: signal, account: nothing, note: nothing, progress: nothing };
  await component.refuse(stop);
  await component.drain(stop);
  await component.release(stop);
}

async function measure(run) {
  acknowledged = 0;
  done = () => {};
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / messages;
}

const results = { byHand: [], byAdapter: [] };
for (let round = -3; round < rounds; round += 1) {
  for (const [name, run] of Object.entries({ byHand, byAdapter })) {
    const ns = await measure(run);
    if (round >= 0) results[name].push(ns);
  }
}
process.stdout.write(JSON.stringify(results));
