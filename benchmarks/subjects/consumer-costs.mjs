// What following a message costs with each adapter: the same messages, from memory, handled by hand and by the adapter.
import { EventEmitter } from 'node:events';
import { bullWorker } from '@quiesce/core/bullmq';
import { kafkaConsumer, kafkaStream } from '@quiesce/core/kafka';
import { natsSubscriptions } from '@quiesce/core/nats';
import { pulsarConsumer } from '@quiesce/core/pulsar';

const [rounds, messages] = process.argv.slice(2).map(Number);
const batch = 256;
const work = async () => undefined;
const nothing = async () => undefined;
const context = {
  signal: new AbortController().signal,
  fail: (error) => {
    throw error;
  },
};

/** Gives out so many messages, then says so, and waits for more to be asked for. */
class Tap {
  #left = 0;
  #isDry = () => {};
  #goOn = () => {};

  give(count) {
    return new Promise((resolve) => {
      this.#isDry = resolve;
      this.#left = count;
      this.#goOn();
    });
  }

  async take() {
    while (this.#left === 0) {
      this.#isDry();
      await new Promise((resolve) => {
        this.#goOn = resolve;
      });
    }
    this.#left -= 1;
  }
}

async function* readFrom(tap, message) {
  for (;;) {
    await tap.take();
    yield message;
  }
}

const subjects = {
  async natsSubscriptions() {
    let callback;
    const open = (handle) => {
      callback = handle(work);
      return { drain: nothing };
    };
    await natsSubscriptions(open).start(context);
    const message = { subject: 'subject' };
    const byHand = (_error, each) => void work(each).catch(() => {});
    const callAll = async (call) => {
      for (let index = 0; index < messages; index += 1) {
        call(null, message);
        if (index % batch === 0) await nothing();
      }
    };
    return { byHand: () => callAll(byHand), byAdapter: () => callAll(callback) };
  },

  async kafkaConsumer() {
    let eachMessage;
    const client = {
      connect: nothing,
      subscribe: nothing,
      disconnect: nothing,
      run: async (config) => {
        eachMessage = config.eachMessage;
      },
    };
    await kafkaConsumer(client, work, { topics: ['topic'] }).start(context);
    const byHand = async (payload) => {
      await work(payload);
    };
    const callAll = async (call) => {
      for (let index = 0; index < messages; index += 1) {
        await call({ topic: 'topic', partition: 0, message: { offset: '1' }, heartbeat: nothing });
      }
    };
    return { byHand: () => callAll(byHand), byAdapter: () => callAll(eachMessage) };
  },

  async kafkaStream() {
    const message = { topic: 'topic', partition: 0, offset: 0n, commit: () => undefined };
    const [tap, ownTap] = [new Tap(), new Tap()];
    const stream = { close: nothing, consumer: { close: nothing } };
    const open = async () => ({ ...stream, [Symbol.asyncIterator]: () => readFrom(tap, message) });
    await kafkaStream(open, work).start(context);
    void (async () => {
      for await (const each of readFrom(ownTap, message)) {
        await work(each);
        each.commit();
      }
    })();
    return { byHand: () => ownTap.give(messages), byAdapter: () => tap.give(messages) };
  },

  async pulsarConsumer() {
    const message = { getTopicName: () => 'topic', getMessageId: () => 'id' };
    const createClient = (tap) => ({
      receive: async () => {
        await tap.take();
        return message;
      },
      acknowledge: async () => null,
      negativeAcknowledge: () => {},
      close: nothing,
    });
    const [tap, ownTap] = [new Tap(), new Tap()];
    await pulsarConsumer(createClient(tap), work, { concurrency: batch }).start(context);
    const client = createClient(ownTap);
    void (async () => {
      for (;;) {
        const each = await client.receive();
        void work(each).then(() => client.acknowledge(each));
      }
    })();
    return { byHand: () => ownTap.give(messages), byAdapter: () => tap.give(messages) };
  },

  async bullWorker() {
    const parts = { isRunning: () => true, run: nothing, pause: nothing, close: nothing, concurrency: 16 };
    const worker = Object.assign(new EventEmitter(), parts, { cancelAllJobs: () => {} });
    const bare = new EventEmitter().on('active', () => {});
    await bullWorker(worker).start(context);
    const emitAll = async (emitter) => {
      for (let index = 0; index < messages; index += 1) {
        const job = { id: String(index), name: 'job' };
        emitter.emit('active', job);
        emitter.emit('completed', job);
      }
    };
    return { byHand: () => emitAll(bare), byAdapter: () => emitAll(worker) };
  },
};

async function measure(run) {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / messages;
}

const results = {};
for (const [name, create] of Object.entries(subjects)) {
  const subject = await create();
  const costs = { byHand: [], byAdapter: [] };
  for (let round = -3; round < rounds; round += 1) {
    for (const kind of ['byHand', 'byAdapter']) {
      const ns = await measure(subject[kind]);
      if (round >= 0) costs[kind].push(ns);
    }
  }
  results[name] = costs;
}
process.stdout.write(JSON.stringify(results), () => process.exit(0));
