// What the Node documentation shows.
import { createServer, listen } from './node-program.mjs';

const server = createServer();
process.once('SIGTERM', () => server.close());
listen(server);
