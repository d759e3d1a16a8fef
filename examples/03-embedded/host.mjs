import { isQuiesceError } from '@quiesce/core';
import { createGreeter } from './service.mjs';

/** How many listeners this process has: whoever embeds a service wants to find as many as before. */
const listeners = () =>
  process.eventNames().reduce((count, event) => count + process.listenerCount(event), 0);

process.on('SIGTERM', () => console.log('the host takes its signals itself'));
const before = listeners();

// Start, wait until it is ready (or say who is not), and use it.
const { lifecycle, server } = createGreeter();
await lifecycle.start();
await lifecycle.ready({ timeoutMs: 5_000 });
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
const answer = await fetch(`http://127.0.0.1:${port}`);
console.log('answer:', (await answer.text()).trim());
console.log('listeners added to the process:', listeners() - before);

// Whoever asks, and however often: there is one stop, and everybody gets its report.
const reports = await Promise.all([lifecycle.shutdown(), lifecycle.shutdown(), lifecycle.stopped]);
console.log('reports:', new Set(reports).size, reports[0].outcome);

// A stop while it starts is a stop like any other; start() rejects, because the service never came up.
const second = createGreeter();
const starting = second.lifecycle.start().catch((error) => error);
const report = await second.lifecycle.shutdown({ reason: 'the host changed its mind' });
console.log(
  'start:',
  isQuiesceError(await starting, 'QUIESCE_NOT_READY') ? 'not ready' : 'up',
  '-',
  report.reason,
);

console.log('the host goes on');
