// Echoes WebSocket messages and gRPC calls for `npm run messages`, with the adapters (`quiesce`) or without (`bare`), and
// says over IPC how much of the processor it has had.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { WebSocketServer } from 'ws';

const isQuiesce = process.argv[2] === 'quiesce';
const http = createServer();
const wss = new WebSocketServer({ server: http });
const grpc = new Server();
const text = { serialize: (value) => Buffer.from(value), deserialize: (bytes) => bytes.toString() };
grpc.register(
  '/bench.Work/Echo',
  ({ request }, respond) => respond(null, request),
  text.serialize,
  text.deserialize,
  'unary',
);
const credentials = ServerCredentials.createInsecure();
http.listen(0, '127.0.0.1');
await once(http, 'listening');
let grpcPort;
if (isQuiesce) {
  const { createLifecycle, silentLogger } = await import('@quiesce/core');
  const { grpcServer } = await import('@quiesce/core/grpc');
  const { httpServer } = await import('@quiesce/core/http');
  const { webSocketServer } = await import('@quiesce/core/ws');
  const lifecycle = createLifecycle({ name: 'echo', signals: false, exit: false, logger: silentLogger });
  const calls = grpcServer(grpc, { address: '127.0.0.1:0', credentials });
  const webSockets = webSocketServer(wss);
  for (const component of [httpServer(http), webSockets, calls]) lifecycle.add(component);
  await lifecycle.start();
  wss.on('connection', (client) => {
    client.on('message', (data) => {
      const work = webSockets.enter(client);
      client.send(data);
      work.leave();
    });
  });
  grpcPort = calls.port;
} else {
  wss.on('connection', (client) => client.on('message', (data) => client.send(data)));
  grpcPort = await new Promise((resolve, reject) => {
    grpc.bindAsync('127.0.0.1:0', credentials, (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuMicroseconds: user + system });
});
process.send({ webSocketPort: http.address().port, grpcPort });
