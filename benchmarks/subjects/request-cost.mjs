// What following requests costs, in nanoseconds: requests and responses that are nothing but their events, on a real
// http.Server that listens, in the order in which Node.js tells of them. One subject in each process.
import { channel } from 'node:diagnostics_channel';
import { EventEmitter, once } from 'node:events';
import http from 'node:http';

const subjects = {
  bare: () => {},
  quiesce: async (server) => {
    const { createLifecycle, silentLogger } = await import('@quiesce/core');
    const { httpServer } = await import('@quiesce/core/http');
    const lifecycle = createLifecycle({ name: 'request-cost', signals: false, logger: silentLogger });
    lifecycle.add(httpServer(server));
    await lifecycle.start();
  },
  'http-terminator': async (server) => {
    const { createHttpTerminator } = await import('http-terminator');
    createHttpTerminator({ server });
  },
  'http-graceful-shutdown': async (server) => {
    const { default: gracefulShutdown } = await import('http-graceful-shutdown');
    gracefulShutdown(server);
  },
  stoppable: async (server) => {
    const { default: stoppable } = await import('stoppable');
    stoppable(server);
  },
  terminus: async (server) => {
    const { createTerminus } = await import('@godaddy/terminus');
    createTerminus(server, {});
  },
};

/** As much of a response as those who follow it may look at. */
class Response extends EventEmitter {
  headersSent = false;
  shouldKeepAlive = true;
  req;
  constructor(request) {
    super();
    this.req = request;
  }
  setHeader() {}
}

const CONNECTIONS = 64;
const requestStart = channel('http.server.request.start');
const responseFinish = channel('http.server.response.finish');

/** One request after the other, on some connections: what Node.js emits from its start to the response's close. */
function emitRequests(server, requests, count) {
  for (let index = 0; index < count; index += 1) {
    const request = requests[index % CONNECTIONS];
    const response = new Response(request);
    if (requestStart.hasSubscribers) {
      requestStart.publish({ request, response, socket: request.socket, server });
    }
    request.socket._httpMessage = response; // where those who are not told look for it
    server.emit('request', request, response);
    if (responseFinish.hasSubscribers) {
      responseFinish.publish({ request, response, socket: request.socket, server });
    }
    request.socket._httpMessage = null;
    response.emit('finish');
    response.emit('close');
  }
}

const [subject, warmUp, count, repeats] = process.argv.slice(2);
const server = http.createServer(() => {}).listen(0, '127.0.0.1');
await once(server, 'listening');
await subjects[subject](server);
// A socket that never was connected: the server's own connection listener would hand it to a parser.
const connectionListeners = server
  .listeners('connection')
  .filter((listener) => listener.name !== 'connectionListener');
const requests = Array.from({ length: CONNECTIONS }, () => {
  const socket = Object.assign(new EventEmitter(), { server, _httpMessage: null, bytesWritten: 0 });
  for (const listener of connectionListeners) {
    listener.call(server, socket);
  }
  return Object.assign(new EventEmitter(), { socket, connection: socket, url: '/', method: 'GET' });
});

/** In between the loop turns, as it does in a server: timers and microtasks run. Their time does not count. */
const PER_TURN = 1_000;

/** Gives back the nanoseconds of one request. */
async function measure(number) {
  let spentMs = 0;
  for (let left = number; left > 0; left -= PER_TURN) {
    await new Promise((resolve) => setImmediate(resolve));
    const startedMs = performance.now();
    emitRequests(server, requests, Math.min(left, PER_TURN));
    spentMs += performance.now() - startedMs;
  }
  return (spentMs * 1e6) / number;
}

await measure(Number(warmUp));
const nanoseconds = [];
for (let repeat = 0; repeat < Number(repeats); repeat += 1) nanoseconds.push(await measure(Number(count)));
process.stdout.write(`${JSON.stringify(nanoseconds)}\n`, () => process.exit(0));
