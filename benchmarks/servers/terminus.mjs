import { createTerminus } from '@godaddy/terminus';
import { createServer, listen } from './node-program.mjs';

const server = createServer();
createTerminus(server, { signal: 'SIGTERM' });
listen(server);
