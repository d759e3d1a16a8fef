import { Server, ServerCredentials } from '@grpc/grpc-js';
import { createLifecycle } from '@quiesce/core';
import { grpcServer } from '@quiesce/core/grpc';
import { greeter } from './greeter.mjs';

const server = new Server();
const grpc = grpcServer(server, {
  address: `127.0.0.1:${process.env['PORT'] ?? 50051}`,
  credentials: ServerCredentials.createInsecure(),
  services: ['example.Greeter'],
});

/** @type {import('@grpc/grpc-js').handleUnaryCall<string, string>} */
const greet = (call, respond) => void setTimeout(() => respond(null, `hello, ${call.request}`), 500);

/** @type {import('@grpc/grpc-js').handleServerStreamingCall<string, string>} */
const count = (call) => {
  let sent = 0;
  const ticks = setInterval(() => call.write(`${(sent += 1)}`), 50);
  const signal = grpc.signal(call); // aborts when it is this call's turn to end, or the call is over
  signal.addEventListener('abort', () => {
    clearInterval(ticks);
    call.write('the server is stopping');
    call.end();
  });
};

server.addService(greeter, { greet, count });

const lifecycle = createLifecycle({ name: 'greeter' });
lifecycle.add(grpc);
void lifecycle.ready().then(() => console.log('listening on port', grpc.port));
await lifecycle.run();
