// What adapters cost a message or a call, in nanoseconds: their own part of it, without a network.
//
//   node message-cost.mjs web-socket-message|event-stream|grpc-call COUNT REPEATS
import { EventEmitter } from 'node:events';

const subjects = {
  /** `enter` and `leave` around a message. */
  'web-socket-message': async () => {
    const { WebSocketServer } = await import('ws');
    const { webSocketServer } = await import('@quiesce/core/ws');
    const wss = new WebSocketServer({ noServer: true });
    const component = webSocketServer(wss);
    const clients = Array.from({ length: 64 }, () => new EventEmitter());
    for (const client of clients) wss.emit('connection', client, { url: '/', socket: {} });
    return (index) => component.enter(clients[index % clients.length]).leave();
  },
  /** `open`, and the end of the stream; its events cost nothing. */
  'event-stream': async () => {
    const { eventStreams } = await import('@quiesce/core/sse');
    const streams = eventStreams();
    return () => {
      const response = new EventEmitter();
      streams.open(response);
      response.emit('close');
    };
  },
  /** The interceptor, from a call's start to its end. */
  'grpc-call': async () => {
    const { Server, ServerCredentials } = await import('@grpc/grpc-js');
    const { grpcServer } = await import('@quiesce/core/grpc');
    const server = new Server();
    let interceptor;
    server.bindAsync = (_address, credentials, callback) => {
      [interceptor] = credentials._getInterceptors();
      callback(null, 1);
    };
    const credentials = ServerCredentials.createInsecure();
    await grpcServer(server, { address: '127.0.0.1:1', credentials }).start({
      signal: new AbortController().signal,
    });
    const listener = {
      onReceiveMetadata() {},
      onReceiveMessage() {},
      onReceiveHalfClose() {},
      onCancel() {},
    };
    class Call {
      start(own) {
        own.onReceiveMetadata({});
        own.onReceiveMessage('');
        own.onReceiveHalfClose();
        own.onCancel();
      }
    }
    return () => interceptor({ path: '/bench.Work/Wait' }, new Call()).start(listener);
  },
};

/** What the measurement itself costs. */
const bare = {
  'web-socket-message': () => () => {},
  'event-stream': () => () => void new EventEmitter().emit('close'),
  'grpc-call': () => {
    const listener = {
      onReceiveMetadata() {},
      onReceiveMessage() {},
      onReceiveHalfClose() {},
      onCancel() {},
    };
    class Call {
      start(own) {
        own.onReceiveMetadata({});
        own.onReceiveMessage('');
        own.onReceiveHalfClose();
        own.onCancel();
      }
    }
    return () => new Call().start(listener);
  },
};

const [, , name, count, repeats] = process.argv;
const runs = { own: await subjects[name](), bare: bare[name]() };
const best = { own: Number.POSITIVE_INFINITY, bare: Number.POSITIVE_INFINITY };
for (let repeat = 0; repeat < Number(repeats); repeat += 1) {
  for (const [which, run] of Object.entries(runs)) {
    globalThis.gc?.();
    const begun = process.cpuUsage();
    for (let index = 0; index < Number(count); index += 1) run(index);
    const { user, system } = process.cpuUsage(begun);
    best[which] = Math.min(best[which], ((user + system) * 1_000) / Number(count));
  }
}
process.stdout.write(JSON.stringify(best));
process.exit(0);
