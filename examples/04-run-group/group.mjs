import { createServer } from 'node:http';
import { setTimeout as delay, setInterval as every } from 'node:timers/promises';
import { createLifecycle, runGroup } from '@quiesce/core';

// Three actors that make no sense without each other. The first to end, well or badly, ends all.
const group = runGroup(createLifecycle({ name: 'import', exit: false }));

const server = createServer((_request, response) => response.end('importing\n'));
group.add(
  () => new Promise((resolve) => server.listen(0, '127.0.0.1').once('close', resolve)),
  () => server.close(),
  { name: 'status-page' },
);

group.add(
  async (signal) => {
    for await (const _ of every(50, undefined, { signal })) console.log('beat');
  },
  () => {}, // its signal has told it already
  { name: 'heartbeat' },
);

group.add(
  async (signal) => {
    await delay(Number(process.env['IMPORT_MS'] ?? 300), undefined, { signal });
    if (process.env['FAIL'] === '1') throw new Error('the file has no end');
  },
  () => {},
  { name: 'importer' },
);

const { first, reason, report } = await group.run();
console.log(`first: ${first?.name ?? 'none'}, reason: ${reason}, ${report.outcome}`);
process.exitCode = report.exit.code;
