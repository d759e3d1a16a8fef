// A shard: the partitions that are its own, and a lifecycle in step with those of the others.
import { workerData } from 'node:worker_threads';
import { createLifecycle } from '@quiesce/core';
import { joinShardGroup } from '@quiesce/core/shards';
import { answerQuestions } from './answer-questions.mjs';
import { Partitions } from './partitions.mjs';
import { quietLogger } from './quiet-logger.mjs';

/** @type {import('./settings.mjs').ShardSettings} */
const settings = workerData;
/** @type {{ store: import('../storage/file-store.mjs').FileStore }} */
const { store } = await import(settings.store);

const lifecycle = createLifecycle({ name: 'message-log-shard', signals: false, logger: quietLogger });
const shard = joinShardGroup(lifecycle);
const partitions = new Partitions(store, settings, (message) =>
  console.error(`shard ${shard.index}: ${message}`),
);
const questions = answerQuestions(partitions, lifecycle);

lifecycle.add({
  name: 'partitions',
  announce: () => partitions.beginWriting(), // what comes after that is left for `persist`
  refuse: () => partitions.releaseWaiting(), // a consumer that waits for messages would hold the drain
  async persist(stop) {
    const count = await partitions.persist();
    questions.tellPersisted(count);
    stop.note({ code: 'messages-synced', message: `${count} messages were written and synced`, count });
  },
  release: () => partitions.close(),
});

await lifecycle.run();
