// The service of the measurements, as its argument (JSON) says: with or without a lifecycle, a control endpoint, and an
// HTTP server; or nothing but a server of node:http that answers at once, for comparison. Writes a line `ready` with what there is, and answers the message `memory` and `cpu`.
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const {
  control,
  lifecycle: hasLifecycle = control !== undefined,
  serves = false,
  drainMs = 0,
  answersAt,
} = JSON.parse(process.argv[2] ?? '{}');

/** @type {Record<string, unknown>} */
const ready = {};
const server = createServer((request, response) => {
  // A handler that waits, as those of services do.
  setTimeout(() => response.end('done'), 5);
});
if (serves) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  ready.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

process.on('message', (question) => {
  if (question === 'memory') {
    globalThis.gc?.();
    globalThis.gc?.();
    process.send?.(process.memoryUsage());
  }
  if (question === 'cpu') process.send?.(process.cpuUsage());
});

if (answersAt !== undefined) {
  const plain = createServer((request, response) => {
    request.resume().once('end', () => {
      setImmediate(() =>
        response.setHeader('Connection', 'close').end('{"schema":"quiesce.report/1","durationMs":0}'),
      );
    });
  });
  await new Promise((resolve) => plain.listen(answersAt, () => resolve(undefined)));
}

if (hasLifecycle) {
  const { createLifecycle } = await import('@quiesce/core');
  const lifecycle = createLifecycle({ name: 'bench', timeoutMs: 60_000 });
  if (control !== undefined) {
    const { controlServer } = await import('@quiesce/control');
    const endpoint = controlServer(lifecycle, control);
    lifecycle.add(endpoint);
    void lifecycle.ready().then(() => process.send?.({ ...ready, ...endpoint.addresses }));
  } else {
    void lifecycle.ready().then(() => process.send?.(ready));
  }
  lifecycle.add({ name: 'web', drain: () => delay(drainMs), release: () => server.close() });
  void lifecycle.run();
} else {
  process.send?.(ready);
}
