import { createServer } from 'node:http';
import { fromLines, readBody, reply } from './http-body.mjs';
import { parseTopic } from './topics.mjs';

/** @typedef {import('./topics.mjs').Topics} Topics */
/** @typedef {import('./shard-messages.mjs').Target} Target */
/** @typedef {import('node:http').IncomingMessage} IncomingMessage */
/** @typedef {import('node:http').ServerResponse} ServerResponse */

/**
 * @typedef {object} Call
 * @property {IncomingMessage} request
 * @property {ServerResponse} response
 * @property {URL} url
 * @property {Readonly<Record<string, string>>} names the parts of the path
 */

/** @typedef {{ topics: Topics, shards: import('./shard-clients.mjs').ShardClients }} Log */

const name = '[A-Za-z0-9_-]{1,64}';
const partitionPath = `/topics/(?<topic>${name})/partitions/(?<partition>\\d{1,4})`;
const mostBytesRead = 8 * 1024 * 1024;
const usualBytesRead = 1024 * 1024;
const longestWaitMs = 30_000;

/** @type {readonly { method: string, path: RegExp, answer: (log: Log, call: Call) => unknown }[]} */
const routes = [
  { method: 'POST', path: new RegExp(`^/topics/(?<topic>${name})/messages$`), answer: append },
  { method: 'GET', path: new RegExp(`^${partitionPath}/messages$`), answer: read },
  {
    method: 'PUT',
    path: new RegExp(`^${partitionPath}/consumers/(?<consumer>${name})$`),
    answer: storeOffset,
  },
  {
    method: 'GET',
    path: new RegExp(`^${partitionPath}/consumers/(?<consumer>${name})$`),
    answer: loadOffset,
  },
  { method: 'PUT', path: new RegExp(`^/topics/(?<topic>${name})$`), answer: addTopic },
  { method: 'GET', path: /^\/topics$/, answer: ({ topics }, { response }) => reply(response, 200, topics) },
];

/**
 * The HTTP side of the log: a plain `node:http` server that knows nothing of how it will be stopped.
 * @param {Log} log
 */
export function createApp(log) {
  let nextPartition = 0;
  const roundRobin = () => (nextPartition += 1);
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://log');
    for (const { method, path, answer } of routes) {
      const match = method === request.method ? path.exec(url.pathname) : null;
      if (match === null) continue;
      const names = { roundRobin: String(roundRobin()), ...match.groups };
      Promise.resolve(answer(log, { request, response, url, names })).catch((error) => fail(response, error));
      return;
    }
    reply(response, 404, { error: 'no such page' });
  });
}

/**
 * @param {Log} log
 * @param {Call} call
 */
async function addTopic({ topics }, { request, response, names: { topic: wanted = '' } }) {
  const topic = parseTopic(parseJson((await readBody(request))?.bytes));
  if (topic === undefined)
    return reply(response, 400, { error: 'partitions: 1 to 1024, acknowledge: synced or buffered' });
  await topics.add(wanted, topic);
  const there = topics.get(wanted);
  const isSame = there?.partitions === topic.partitions && there.acknowledge === topic.acknowledge;
  reply(response, isSame ? 201 : 409, { ...there });
}

/**
 * @param {Log} log
 * @param {Call} call
 */
async function append({ topics, shards }, call) {
  const { request, response, url, names } = call;
  const known = topics.get(names['topic'] ?? '');
  const partition =
    url.searchParams.get('partition') ?? Number(names['roundRobin']) % (known?.partitions ?? 1);
  const target = findTarget(topics, { ...names, partition: String(partition) });
  if (target === undefined) return reply(response, 404, { error: 'no such topic or partition' });
  const body = await readBody(request);
  if (body === undefined) return reply(response, 413, { error: 'too many bytes at once' });
  const bytes = body.type.startsWith('text/plain') ? fromLines(body.bytes) : body.bytes;
  const { status, values } = await shards.ask({ type: 'append', ...target, body: bytes });
  reply(response, status, { ...values, ...(status === 201 ? { partition: target.partition } : {}) });
}

/**
 * @param {Log} log
 * @param {Call} call
 */
async function read({ topics, shards }, { response, url, names }) {
  const target = findTarget(topics, names);
  const offset = toNumber(url, 'offset', 0, Number.MAX_SAFE_INTEGER);
  const maxBytes = Math.max(1, toNumber(url, 'maxBytes', usualBytesRead, mostBytesRead));
  const waitMs = toNumber(url, 'waitMs', 0, longestWaitMs);
  if (target === undefined) return reply(response, 404, { error: 'no such topic or partition' });
  const answer = await shards.ask({ type: 'read', ...target, offset, maxBytes, waitMs });
  if (answer.bodies === undefined) return reply(response, answer.status, answer.values);
  const length = answer.bodies.reduce((sum, { length: bytes }) => sum + bytes, 0);
  const headers = { 'content-type': 'application/octet-stream', 'content-length': length };
  response.writeHead(200, { ...headers, 'x-offset': offset, 'x-count': answer.values?.['count'] ?? 0 });
  for (const part of answer.bodies) response.write(part);
  response.end();
}

/**
 * @param {Log} log
 * @param {Call} call
 */
async function storeOffset({ topics, shards }, { request, response, names }) {
  const target = findTarget(topics, names);
  const { consumer = '' } = names;
  const { offset } = parseJson((await readBody(request))?.bytes) ?? {};
  if (target === undefined) return reply(response, 404, { error: 'no such topic or partition' });
  if (!Number.isSafeInteger(offset) || offset < 0)
    return reply(response, 400, { error: 'offset: a number from 0' });
  const { status, values } = await shards.ask({ type: 'store-offset', ...target, consumer, offset });
  reply(response, status, values);
}

/**
 * @param {Log} log
 * @param {Call} call
 */
async function loadOffset({ topics, shards }, { response, names }) {
  const target = findTarget(topics, names);
  const { consumer = '' } = names;
  if (target === undefined) return reply(response, 404, { error: 'no such topic or partition' });
  const { status, values } = await shards.ask({ type: 'load-offset', ...target, consumer });
  reply(response, status, values);
}

/**
 * @param {Topics} topics
 * @param {Readonly<Record<string, string>>} names
 * @returns {Target | undefined}
 */
function findTarget(topics, { topic = '', partition }) {
  const known = topics.get(topic);
  const number = Number(partition);
  const isThere = known !== undefined && Number.isInteger(number) && number >= 0 && number < known.partitions;
  return isThere ? { topic, partition: number, acknowledge: known.acknowledge } : undefined;
}

/**
 * @param {URL} url
 * @param {string} parameter
 * @param {number} usual
 * @param {number} most
 */
function toNumber(url, parameter, usual, most) {
  const number = Number(url.searchParams.get(parameter) ?? usual);
  return Number.isSafeInteger(number) && number >= 0 ? Math.min(number, most) : usual;
}

/** @param {Uint8Array | undefined} bytes */
function parseJson(bytes) {
  try {
    return JSON.parse(Buffer.from(bytes ?? []).toString());
  } catch {
    return undefined;
  }
}

/**
 * @param {ServerResponse} response
 * @param {unknown} error
 */
function fail(response, error) {
  if (response.headersSent || response.destroyed) response.destroy();
  else reply(response, 500, { error: String(error) });
}
