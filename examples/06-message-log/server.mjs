import { controlServer } from '@quiesce/control';
import { createLifecycle } from '@quiesce/core';
import { httpServer } from '@quiesce/core/http';
import { shardGroup } from '@quiesce/core/shards';
import { createApp } from './service/app.mjs';
import { lockFolder } from './service/folder-lock.mjs';
import { readSettings } from './service/settings.mjs';
import { ShardClients } from './service/shard-clients.mjs';
import { Topics } from './service/topics.mjs';
import { writeEvents } from './service/write-events.mjs';

const settings = readSettings(process.env);
const { host, port, probesPort, socketPath, announceMs, timeoutMs, reportFile } = settings;
const { folder } = settings.shard;

const lifecycle = createLifecycle({
  name: 'message-log',
  announceMs,
  timeoutMs,
  ...(reportFile === undefined ? {} : { reportFile }),
});
if (settings.events === 'stdout') writeEvents(lifecycle, process.stdout);

const topics = new Topics();
const shards = new ShardClients();
/** @type {(() => void) | undefined} */
let unlock;

// What all shards share: there before them, and given back after them.
const shared = lifecycle.add({
  name: 'topics',
  async start() {
    unlock = await lockFolder(folder);
    await topics.open(folder);
  },
  async persist(stop) {
    await topics.saved();
    const count = shards.persisted;
    const message = `${count} messages synced by ${settings.shards} shards`;
    stop.note({ code: 'messages-synced', message, count });
  },
  release: () => unlock?.(),
});
const group = lifecycle.add(
  shardGroup({
    script: new URL('service/shard.mjs', import.meta.url),
    count: settings.shards,
    workerData: settings.shard,
    spawned: (shard) => shards.add(shard),
  }),
  { dependsOn: [shared], tier: 'critical' },
);

const server = createApp({ topics, shards });
server.once('listening', () => {
  const { port: open } = /** @type {import('node:net').AddressInfo} */ (server.address());
  console.error(`listening on http://${host}:${open}`);
});
lifecycle.add(httpServer(server, { port, host }), { dependsOn: [group] });
lifecycle.add(controlServer(lifecycle, { socketPath, probes: { port: probesPort, host } }));

await lifecycle.run();
