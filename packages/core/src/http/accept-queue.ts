import { closeSync, openSync, readSync } from 'node:fs';
import type { Server } from 'node:net';

/** How many connections the kernel has accepted for a server that the server has not taken yet. */
export interface AcceptQueue {
  /** `undefined` where the kernel cannot be asked: elsewhere than on Linux, for a Unix socket, where /proc is closed. */
  length(): number | undefined;
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
    close: () => closeSync(file),
  };
}

const unknownQueue: AcceptQueue = { length: () => undefined, close: () => {} };

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
