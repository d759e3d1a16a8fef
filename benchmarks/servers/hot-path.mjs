// The smallest server there is, with or without the adapter, that tells how much CPU time it has used.
import http from 'node:http';
import { announceListening, port } from './node-program.mjs';

const server = http.createServer((request, response) => {
  if (request.url === '/cpu') {
    const { user, system } = process.cpuUsage();
    response.end(String(user + system));
  } else {
    response.end('ok\n');
  }
});
server.once('listening', () => announceListening(server.address()));

if (process.argv.includes('--quiesce')) {
  const { createLifecycle } = await import('@quiesce/core');
  const { httpServer } = await import('@quiesce/core/http');
  const lifecycle = createLifecycle({ name: 'hot-path' });
  lifecycle.add(httpServer(server, { port, host: '127.0.0.1' }));
  await lifecycle.run();
} else {
  server.listen(port, '127.0.0.1');
}
