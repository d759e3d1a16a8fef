import stoppable from 'stoppable';
import { createServer, listen } from '../node-program.mjs';

const server = stoppable(createServer());
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => server.stop());
listen(server);
