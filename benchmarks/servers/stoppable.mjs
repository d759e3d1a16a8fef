import stoppable from 'stoppable';
import { createServer, listen } from './node-program.mjs';

const server = stoppable(createServer());
process.once('SIGTERM', () => server.stop());
listen(server);
