import { closeSync, openSync, readSync } from 'node:fs';
import type { Server } from 'node:net';

/** How many connections the kernel has accepted for a server that the server has not taken yet. */
export interface AcceptQueue {
  /** `undefined` where the kernel cannot be asked: elsewhere than on Linux, for a Unix socket, where /proc is closed. */
  length(): number | undefined;
  /**
   * Lets nobody join a queue that has so many in it. Whoever knocks then is not answered, knocks again after a second
   * (TCP's first retransmission), and is refused if the listener is closed by then: that is safe to try elsewhere,
   * which a reset is not. A queue that is merely short would not do: of many who knock at once, all are told that they
   * are in (SYN cookies), and one is. Source: listen(2), tcp(7) of the Linux manual; tcp_conn_request of the kernel.
   */
  shut(length: number): void;
  close(): void;
}

/** Each line is one socket of this network namespace, listeners first. Source: proc_net_tcp.txt of the Linux kernel. */
const tables = { IPv4: '/proc/self/net/tcp', IPv6: '/proc/self/net/tcp6' } as const;
/** What one read of such a table gives: a page. Listeners beyond it (after some 25 others) are not found. */
const pageBytes = 4_096;

/** Opens the kernel's table for a server that listens. */
export function openAcceptQueue(server: Server): AcceptQueue {
  const address = server.address();
  if (address === null || typeof address === 'string') return unknownQueue;
  const table = address.family === 'IPv6' ? tables.IPv6 : tables.IPv4;
  let file: number;
  try {
    file = openSync(table, 'r');
  } catch {
    return unknownQueue; // the caller has other means, only less exact ones
  }
  const page = Buffer.alloc(pageBytes);
  const listener = createListenerPattern(address.port);
  return {
    length() {
      try {
        return findQueueLength(page.toString('latin1', 0, readSync(file, page, 0, pageBytes, 0)), listener);
      } catch {
        return undefined;
      }
    },
    // Linux takes one more than it is told; and the next one who is taken out of the queue must leave no free place.
    shut: (length) => listenAgain(server, Math.max(0, length - 2)),
    close: () => closeSync(file),
  };
}

const unknownQueue: AcceptQueue = { length: () => undefined, shut: () => {}, close: () => {} };

/**
 * Calls listen(2) once more, which changes the length of the queue and nothing else. Only the handle that Node.js keeps
 * in this field (0.4 to 26) can; in a cluster worker it belongs to the primary, and may do nothing.
 */
function listenAgain(server: Server, backlog: number): void {
  const handle: unknown = Reflect.get(server, '_handle');
  if (typeof handle !== 'object' || handle === null) return;
  const listen: unknown = Reflect.get(handle, 'listen');
  if (typeof listen === 'function') Reflect.apply(listen, handle, [backlog]);
}

/**
 * Finds the listeners on a port, and of each its accept queue: for a socket in the state LISTEN (0A), `rx_queue` is the
 * number of connections in it.
 */
export function createListenerPattern(port: number): RegExp {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  return new RegExp(`: [\\dA-F]+:${hexPort} [\\dA-F]+:0000 0A [\\dA-F]{8}:([\\dA-F]{8})`, 'g');
}

/** The longest accept queue of the listeners that a pattern finds. */
export function findQueueLength(table: string, listener: RegExp): number | undefined {
  const lengths = Array.from(table.matchAll(listener), ([, length = '']) => Number.parseInt(length, 16));
  return lengths.length === 0 ? undefined : Math.max(...lengths);
}
