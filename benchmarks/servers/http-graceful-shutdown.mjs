import gracefulShutdown from 'http-graceful-shutdown';
import { createServer, listen } from './node-program.mjs';

const server = createServer();
gracefulShutdown(server);
listen(server);
