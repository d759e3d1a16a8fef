import { createServer } from 'node:http';
import type { ListenOptions, Server } from 'node:net';
import type { Clock } from '../ports/clock.js';
import { type AcceptQueue, openAcceptQueue } from './accept-queue.js';
import { replaceProperty } from './replace-property.js';

/** Resolves when the server listens; rejects with what kept it from it, such as EADDRINUSE. */
export function startListening(server: Server, where: ListenOptions, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      server.off('listening', onListening);
      server.off('error', onError);
      signal.removeEventListener('abort', onAbort);
    };
    const onListening = (): void => {
      settle();
      resolve();
    };
    const onError = (error: Error): void => {
      settle();
      reject(error);
    };
    const onAbort = (): void => {
      settle();
      server.close(); // also while the host's name is being looked up
      reject(signal.reason as Error);
    };
    server.on('listening', onListening);
    server.on('error', onError);
    signal.addEventListener('abort', onAbort);
    try {
      server.listen(where);
    } catch (error) {
      onError(error as Error); // ERR_SERVER_ALREADY_LISTEN is thrown
    }
  });
}

/**
 * Makes `close()` leave idle connections alone until the returned function is called. It begins with
 * `closeIdleConnections()`, which destroys connections whose next request is on its way; and, because a response counts
 * as finished from `end()` on, those with the end of a response still to be sent.
 */
function keepIdleConnections(server: Server): () => void {
  return replaceProperty(server, 'closeIdleConnections', () => {});
}

/**
 * Makes what closes the listening socket: `close()`, without what it does on Node.js 24 with the HTTP/2 sessions that it
 * finds in this field: it tells them all to go, and they have their turns. Looks for it beforehand, to be quick.
 */
function prepareClose(server: Server): () => void {
  const key = Object.getOwnPropertySymbols(server).find(({ description }) => description === 'sessions');
  if (key === undefined) return () => void server.close();
  return () => {
    const sessions: unknown = Reflect.get(server, key);
    Reflect.set(server, key, new Set());
    server.close();
    Reflect.set(server, key, sessions);
  };
}

/** Closes the listening socket at once, and nothing else. */
export function stopListening(server: Server): void {
  if (!server.listening) return;
  const restore = keepIdleConnections(server);
  prepareClose(server)();
  restore();
}

/**
 * Where the kernel cannot be asked: a turn of the event loop that took longer than this may have let a connection into
 * the queue, in milliseconds.
 */
const shortTurnMs = 0.1;
/** For how long a turn without a connection, and a short one, is waited for; then any is good enough. */
const pickyMs = 20;
/** After so long, connections come faster than they are accepted: no more of them are let in. */
const crowdedMs = 50;
/** How long a queue may take to empty. */
const longestWaitMs = { open: 2_000, shut: 10_000 };

/** A listener that is being closed. */
export interface Closing {
  readonly closed: Promise<void>;
  /** Closes it without waiting any longer. */
  readonly now: () => void;
}

/**
 * Closes the listening socket in the loop turn in which its accept queue has just been found empty, because whoever
 * is still in that queue gets a reset. libuv (1.45 and later) accepts one connection in each turn, so a turn that
 * polled and brought none has seen the queue empty; then the kernel is asked, where it can be, right before the close.
 * Where that turn does not come, because there are more connections than turns, the queue is shut behind those in it.
 */
export function closeListener(server: Server, clock: Clock): Closing {
  let resolve!: () => void;
  const closed = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  const queue = openAcceptQueue(server);
  rehearse(queue);
  const restore = keepIdleConnections(server);
  const closeSocket = prepareClose(server);
  const begunMs = clock.now();
  let turnMs: number | undefined;
  let accepted = false;
  let isShut = false;
  let over = false;

  const onAccepted = (): void => {
    accepted = true;
    if (isShut) shut();
  };
  const close = (): void => {
    if (over) return;
    if (server.listening) closeSocket(); // first of all: every moment more may let a connection into the queue
    over = true;
    restore();
    queue.close();
    server.off('connection', onAccepted);
    server.off('drop', onAccepted);
    resolve();
  };
  /** Lets nobody join the queue, as long as it can be seen how it gets shorter. */
  const shut = (): void => {
    const length = queue.length();
    isShut = length !== undefined;
    if (length === 0) close();
    else if (length !== undefined) queue.shut(length);
  };
  const isEmpty = (lastTurnMs: number, nowMs: number): boolean => {
    if (accepted) return false;
    const length = queue.length();
    if (length !== undefined) return length === 0;
    return nowMs - lastTurnMs <= shortTurnMs || nowMs - begunMs >= pickyMs;
  };
  const turn = (): void => {
    if (over) return;
    const nowMs = clock.now();
    const isOverdue = nowMs - begunMs >= longestWaitMs[isShut ? 'shut' : 'open'] || !server.listening;
    if (isOverdue || (turnMs !== undefined && isEmpty(turnMs, nowMs))) {
      close();
      return;
    }
    if (!isShut && nowMs - begunMs >= crowdedMs) shut();
    turnMs = nowMs;
    accepted = false;
    setImmediate(turn);
  };

  server.on('connection', onAccepted);
  server.on('drop', onAccepted);
  if (server.listening) setImmediate(turn);
  else close();
  return { closed, now: close };
}

/**
 * Does once, where it does not count, what is to be as fast as can be when it does: code that runs for the first time
 * takes three times as long (0.6 ms from the look at the queue to the close, and then 0.2).
 */
function rehearse(queue: AcceptQueue): void {
  queue.length();
  createServer().close();
}
