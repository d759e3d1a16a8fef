// What an adapter costs in each request or stream, in nanoseconds of processor time: from the events alone that Node.js emits, on a real
// server that listens. One subject in each process, with the adapter or without.
import { channel } from 'node:diagnostics_channel';
import { EventEmitter, once } from 'node:events';
import http2 from 'node:http2';
import { createLifecycle, silentLogger } from '@quiesce/core';
import quiesce from '@quiesce/core/fastify';
import { http2Server } from '@quiesce/core/http2';
import fastify from 'fastify';

const CONNECTIONS = 64;
const requestStart = channel('http.server.request.start');
const responseFinish = channel('http.server.response.finish');
const lifecycle = createLifecycle({ name: 'adapter-cost', signals: false, logger: silentLogger });

/** As much of a response as those who follow it may look at. */
class Response extends EventEmitter {
  headersSent = false;
  shouldKeepAlive = true;
  constructor(request) {
    super();
    this.req = request;
  }
}

/** As much of a stream likewise. */
class Stream extends EventEmitter {
  constructor(session) {
    super();
    this.session = session;
  }
}

/** Sockets that were never connected: a server's own connection listener would hand them to a parser. */
function createSockets(server) {
  return Array.from({ length: CONNECTIONS }, () => Object.assign(new EventEmitter(), { server }));
}

async function createFastify(isQuiesce) {
  const app = fastify();
  if (isQuiesce) await app.register(quiesce, { lifecycle });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { server } = app;
  server.removeAllListeners('request');
  const requests = createSockets(server).map((socket) => ({ socket, method: 'GET', url: '/' }));
  return (index) => {
    const request = requests[index % CONNECTIONS];
    const response = new Response(request);
    if (requestStart.hasSubscribers) {
      requestStart.publish({ request, response, socket: request.socket, server });
    }
    if (responseFinish.hasSubscribers) {
      responseFinish.publish({ request, response, socket: request.socket, server });
    }
    response.emit('finish');
    response.emit('close');
  };
}

async function createHttp2(isQuiesce) {
  const server = http2.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  if (isQuiesce) lifecycle.add(http2Server(server));
  server.on('stream', () => {});
  const sessions = createSockets(server).map((socket) => {
    const session = Object.assign(new EventEmitter(), { socket });
    server.emit('session', session);
    return session;
  });
  const headers = { ':method': 'GET', ':path': '/' };
  return (index) => {
    const stream = new Stream(sessions[index % CONNECTIONS]);
    server.emit('stream', stream, headers, 0);
    stream.emit('finish');
    stream.emit('close');
  };
}

const subjects = { fastify: createFastify, http2: createHttp2 };
const [subject, variant, count, repeats] = process.argv.slice(2);
const emitOne = await subjects[subject](variant === 'quiesce');
const nanoseconds = [];
for (let repeat = 0; repeat <= Number(repeats); repeat += 1) {
  // Between repeats the loop turns, as it does in a server: timers and microtasks run.
  await new Promise((resolve) => setImmediate(resolve));
  const before = process.cpuUsage();
  for (let index = 0; index < Number(count); index += 1) emitOne(index);
  const { user, system } = process.cpuUsage(before);
  nanoseconds.push(((user + system) * 1e3) / Number(count));
}
process.stdout.write(`${JSON.stringify(nanoseconds.slice(1))}\n`, () => process.exit(0)); // the first warms up
