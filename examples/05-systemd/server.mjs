import { createServer } from 'node:http';
import { controlServer } from '@quiesce/control';
import { createLifecycle } from '@quiesce/core';
import { httpServer } from '@quiesce/core/http';
import { systemdNotify } from '@quiesce/supervisor/systemd';

const server = createServer((request, response) => {
  response.flushHeaders();
  setTimeout(() => response.end(`answered ${request.url}\n`), 1_000);
});

const lifecycle = createLifecycle({ name: 'orders' });
systemdNotify(lifecycle); // READY=1, STOPPING=1, STATUS=, EXTEND_TIMEOUT_USEC=, WATCHDOG=1
lifecycle.add(controlServer(lifecycle, { socketPath: `${process.env['RUNTIME_DIRECTORY']}/control.sock` }));
lifecycle.add(httpServer(server, { port: Number(process.env['PORT'] ?? 8080), host: '127.0.0.1' }));
await lifecycle.run();
