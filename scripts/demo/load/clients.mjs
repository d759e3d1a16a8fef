import { randomInt } from 'node:crypto';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { consume, download, produceBuffered, produceSynced, upload, waitForMessages } from './requests.mjs';

/** @typedef {import('./requests.mjs').Session} Session */

/**
 * What the load is made of: this many clients of each kind at once.
 * @type {readonly { kind: string, clients: number, run: (session: Session) => Promise<void> }[]}
 */
export const clientKinds = [
  { kind: 'producers that are told from memory', clients: 16, run: inClosedLoop(produceBuffered) },
  { kind: 'that are told after the sync', clients: 16, run: inClosedLoop(produceSynced) },
  { kind: 'consumers', clients: 30, run: inClosedLoop(consume) },
  { kind: 'that wait for messages', clients: 8, run: inClosedLoop(waitForMessages) },
  { kind: 'new connections a second', clients: 200, run: arriveEverySecond },
  { kind: 'slow uploads', clients: 6, run: inClosedLoop(upload) },
  { kind: 'slow downloads', clients: 6, run: inClosedLoop(download, { keepAlive: false }) },
  { kind: 'idle connections', clients: 100, run: stayIdle },
  { kind: 'silent ones', clients: 10, run: staySilent },
];

/** How long a client thinks between an answer and its next request, in milliseconds, on average. */
const thinkMs = 20;
/** How long a client waits after it was refused before it tries again, in milliseconds. */
const refusedPauseMs = 50;

/**
 * A client whose next request follows the answer to the last one, on the connection that it keeps. A slow reader keeps
 * none: the server has handed its answer to the kernel long before it is read, and takes the connection for idle.
 * @param {import('./requests.mjs').Request} request
 * @param {{ keepAlive: boolean }} [options]
 */
function inClosedLoop(request, { keepAlive } = { keepAlive: true }) {
  return async (/** @type {Session} */ session) => {
    const agent = new Agent({ keepAlive, maxSockets: 1 });
    while (!session.finishing.aborted) {
      const { outcome } = await request(session, agent);
      await delay(outcome === 'refused' ? refusedPauseMs : Math.random() * 2 * thinkMs);
    }
    agent.destroy();
  };
}

/**
 * Opens a connection for each request, one a second; many such clients arrive evenly.
 * @param {Session} session
 */
async function arriveEverySecond(session) {
  await delay(randomInt(1_000));
  while (!session.finishing.aborted) {
    const untilNext = pause(1_000, session.finishing);
    await consume(session, false);
    await untilNext;
  }
}

/**
 * Asks once and keeps the connection.
 * @param {Session} session
 */
async function stayIdle(session) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await consume(session, agent);
  await aborted(session.finishing);
  agent.destroy();
}

/**
 * Connects and never sends a byte; it has asked for nothing, so there is nothing to count.
 * @param {Session} session
 */
async function staySilent({ target, finishing }) {
  const socket = connect(Number(target.port), target.hostname);
  socket.on('error', () => {});
  await aborted(finishing);
  socket.destroy();
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal ends the pause
 */
function pause(ms, signal) {
  return delay(ms, undefined, { signal }).catch(() => {});
}

/** @param {AbortSignal} signal */
function aborted(signal) {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', resolve, { once: true });
  });
}
