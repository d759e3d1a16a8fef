import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What a route is called with.
 * @typedef {object} Call
 * @property {import('node:http').IncomingMessage} request
 * @property {import('node:http').ServerResponse} response
 * @property {URL} url
 */

/** @typedef {(call: Call) => void | Promise<void>} Handler */

/** How large the download is, in bytes: more than the kernel takes at once, so that a slow reader holds it up. */
const catalogueBytes = 8 * 1024 * 1024;
const longestSlowMs = 10_000;

/**
 * The HTTP side of the service: a plain `node:http` server that knows nothing of how it will be stopped.
 * @param {{ log: import('./order-log.mjs').OrderLog }} store
 * @param {() => boolean} isReady
 */
export function createApp(store, isReady) {
  const catalogue = randomBytes(catalogueBytes);
  const catalogueDigest = digest(catalogue);

  /** @type {Readonly<Record<string, Handler>>} */
  const routes = {
    'POST /orders': async ({ request, response }) => {
      const id = store.log.append(await buffer(request));
      reply(response, 201, JSON.stringify({ id }));
    },
    'GET /orders': ({ response, url }) => {
      const order = store.log.get(Number(url.pathname.split('/')[2]));
      reply(response, order === undefined ? 404 : 200, order ?? 'no such order\n');
    },
    'GET /slow': async ({ response, url }) => {
      await delay(Math.min(Number(url.searchParams.get('ms') ?? 500), longestSlowMs));
      reply(response, 200, 'slow, but sure\n');
    },
    'PUT /upload': async ({ request, response }) => {
      const hash = createHash('sha256');
      await pipeline(request, hash);
      reply(response, 200, JSON.stringify({ sha256: hash.digest('base64') }));
    },
    'GET /catalogue': ({ response }) => {
      response.setHeader('content-digest', catalogueDigest);
      reply(response, 200, catalogue);
    },
    'GET /readyz': ({ response }) => {
      if (isReady()) reply(response, 200, 'ready\n');
      else reply(response, 503, 'stopping\n');
    },
  };

  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://service');
    const route = routes[`${request.method} /${url.pathname.split('/')[1]}`];
    if (route === undefined) return reply(response, 404, 'no such page\n');
    Promise.resolve(route({ request, response, url })).catch((error) => fail(response, error));
  });
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {string | Buffer} body
 */
function reply(response, status, body) {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body) }).end(body);
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {unknown} error
 */
function fail(response, error) {
  if (response.headersSent || response.destroyed) response.destroy();
  else reply(response, 500, `${String(error)}\n`);
}

/**
 * The digest of a body as RFC 9530 writes it, for whoever wants to check that all of it has arrived.
 * @param {Buffer} body
 */
function digest(body) {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}
