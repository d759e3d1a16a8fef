// The gRPC server of `npm run grpc`, with the methods of the one in Go:
//
//   node grpc.mjs quiesce DEADLINE_MS          stopped by @quiesce/core
//   node grpc.mjs try-shutdown DEADLINE_MS     tryShutdown, and forceShutdown when that takes too long
import { Server, ServerCredentials } from '@grpc/grpc-js';

const [, , by, deadline] = process.argv;
const toBuffer = (text) => Buffer.from(text);
const toText = (buffer) => buffer.toString();
const method = (name, responseStream) => ({
  path: `/bench.Work/${name}`,
  requestStream: false,
  responseStream,
  requestSerialize: toBuffer,
  requestDeserialize: toText,
  responseSerialize: toBuffer,
  responseDeserialize: toText,
});

const server = new Server();
server.addService(
  { wait: method('Wait', false), tick: method('Tick', true) },
  {
    wait: ({ request }, respond) => void setTimeout(() => respond(null, 'answered'), Number(request)),
    tick(call) {
      let sent = 0;
      const timer = setInterval(() => {
        if (sent === Number(call.request)) call.end();
        else call.write(String(sent));
        sent += 1;
      }, 50);
      call.on('cancelled', () => clearInterval(timer));
      call.on('finish', () => clearInterval(timer));
    },
  },
);
const credentials = ServerCredentials.createInsecure();

if (by === 'quiesce') {
  const { createLifecycle, silentLogger } = await import('@quiesce/core');
  const { grpcServer } = await import('@quiesce/core/grpc');
  const timeoutMs = Number(deadline);
  const lifecycle = createLifecycle({
    name: 'grpc',
    logger: silentLogger,
    timeoutMs: timeoutMs + 400,
    reserveMs: { persist: 0, release: 400 },
  });
  const component = grpcServer(server, { address: '127.0.0.1:0', credentials });
  lifecycle.add(component);
  await lifecycle.start();
  process.stdout.write(`listening ${component.port}\n`);
  await lifecycle.run();
} else {
  server.bindAsync('127.0.0.1:0', credentials, (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`listening ${port}\n`);
  });
  process.once('SIGTERM', () => {
    setTimeout(() => server.forceShutdown(), Number(deadline));
    server.tryShutdown(() => process.exit());
  });
}
