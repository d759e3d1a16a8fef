// What careful people write by hand: close(), and every response from then on says `Connection: close`.
import { createServer, handler, listen } from './node-program.mjs';

let stopping = false;
const server = createServer((request, response) => {
  if (stopping) {
    response.setHeader('Connection', 'close');
  }
  handler(request, response);
});
process.on('SIGTERM', () => {
  if (!stopping) {
    stopping = true;
    server.close(() => process.exit(0));
  }
});
listen(server);
