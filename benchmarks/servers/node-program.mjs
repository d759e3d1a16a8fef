// What all servers on node:http share: the handler and the start. How they stop is what tells them apart.
import http from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { runWork } from './work.mjs';

/** With JUDGED, says for each request that its handler runs: the judge then need not conclude it from what clients see. */
const judged = process.env.JUDGED === '1';

export function sayServed(request) {
  if (judged) process.stdout.write(`served ${request.headers['x-request-id']}\n`);
}

async function answerRequest(request, response) {
  sayServed(request);
  try {
    const answer = await runWork(request.url, request);
    if (answer instanceof Readable) {
      pipeline(answer, response, () => {});
    } else if (answer === undefined) {
      response.writeHead(404, { 'content-length': 0 }).end();
    } else {
      response.setHeader('content-length', Buffer.byteLength(answer));
      response.end(answer);
    }
  } catch {
    // The client went away in the middle of its upload: there is nobody to answer.
    response.destroy();
  }
}

/** Answers one request with the work it asks for. */
export function handler(request, response) {
  void answerRequest(request, response);
}

/** Options of the environment that hold for every server on node:http. */
export const serverOptions =
  process.env.KEEP_ALIVE_MS === undefined ? {} : { keepAliveTimeout: Number(process.env.KEEP_ALIVE_MS) };

/** A server that does the work and knows nothing of stopping. */
export function createServer(listener = handler) {
  return http.createServer(serverOptions, listener);
}

/** The port asked for by the harness; 0 lets the system choose. */
export const port = Number(process.env.PORT ?? 0);

/** Tells the harness where the server listens. */
export function announceListening(address) {
  process.stdout.write(`listening ${address.port}\n`);
}

/** Listens on loopback and tells the harness where. */
export function listen(server) {
  server.listen(port, '127.0.0.1', () => announceListening(server.address()));
}
