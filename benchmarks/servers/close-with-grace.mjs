import { promisify } from 'node:util';
import closeWithGrace from 'close-with-grace';
import { createServer, listen } from './node-program.mjs';

const server = createServer();
closeWithGrace({ logger: false }, () => promisify(server.close.bind(server))());
listen(server);
