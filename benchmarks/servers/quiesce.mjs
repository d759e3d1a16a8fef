import { createLifecycle } from '@quiesce/core';
import { httpServer } from '@quiesce/core/http';
import { announceListening, createServer, port } from './node-program.mjs';

const server = createServer();
server.once('listening', () => announceListening(server.address()));
const lifecycle = createLifecycle({ name: 'benchmark' });
lifecycle.add(httpServer(server, { port, host: '127.0.0.1' }));
await lifecycle.run();
