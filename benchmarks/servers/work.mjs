// The work that every server under test does, without a word about HTTP frameworks. Which work, and for how long,
// is in the request's query, so that the load generator (which owns the seed) decides and can check every byte.
import { createHash } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const logFile = process.env.HANDLER_LOG;
const log = logFile === undefined ? undefined : openSync(logFile, 'a');

/** Writes down, synchronously, that the handler ran for this request: the harness compares it with what clients got. */
function logRun(id) {
  if (log !== undefined && id !== '') {
    writeSync(log, `${id} ${Number(process.hrtime.bigint()) / 1e6}\n`);
  }
}

/** Byte i is i mod 251: a prime, so that a lost or doubled block of any usual size shows. */
function createPattern(bytes) {
  const pattern = Buffer.allocUnsafe(bytes);
  for (let index = 0; index < bytes; index += 1) {
    pattern[index] = index % 251;
  }
  return pattern;
}

const patterns = new Map();

function patternOf(bytes) {
  let pattern = patterns.get(bytes);
  if (pattern === undefined) {
    pattern = createPattern(bytes);
    patterns.set(bytes, pattern);
  }
  return pattern;
}

async function* streamLines(id, lines, everyMs) {
  for (let line = 0; line < lines; line += 1) {
    await sleep(everyMs);
    yield `${id} ${line}\n`;
  }
}

async function receive(id, body) {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return `${id} ${bytes} ${hash.digest('hex')}\n`;
}

const routes = {
  '/work': async (id, query) => {
    await sleep(Number(query.get('ms')));
    return `${id} done\n`;
  },
  '/download': (_id, query) => patternOf(Number(query.get('bytes'))),
  '/stream': (id, query) =>
    Readable.from(streamLines(id, Number(query.get('lines')), Number(query.get('ms')))),
  '/upload': (id, _query, body) => receive(id, body),
  '/collect-garbage': () => {
    globalThis.gc?.();
    return 'collected\n';
  },
};

/**
 * Runs the handler of a request.
 * @param {string} url the request target
 * @param {Readable} body the request's body
 * @returns {Promise<string | Buffer | Readable | undefined>} the answer's body, or undefined for an unknown route
 */
export async function runWork(url, body) {
  const { pathname, searchParams } = new URL(url, 'http://server');
  const route = routes[pathname];
  const id = searchParams.get('id') ?? '';
  logRun(id);
  return route?.(id, searchParams, body);
}
