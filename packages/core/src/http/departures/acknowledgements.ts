import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

/** What the kernel knows of data that it has taken and the peers have not acknowledged. */
export interface Acknowledgements {
  /** Whether the peer's kernel has everything that was written to a socket, the end included. */
  has(socket: Socket): boolean;
}

/** Each line is one socket of this network namespace. Source: proc_net_tcp.txt in the Linux kernel documentation. */
const tables = ['/proc/self/net/tcp', '/proc/self/net/tcp6'] as const;
/** A connection (not a listener, state 0A) whose send queue is not empty: its two ports. */
const unacknowledged = /: [\dA-F]+:([\dA-F]{4}) [\dA-F]+:([\dA-F]{4}) (?!0A)[\dA-F]{2} (?!0{8})[\dA-F]{8}:/g;

/** Asks the kernel once; `undefined` where it cannot tell: elsewhere than on Linux, or where /proc is closed. */
export async function readAcknowledgements(): Promise<Acknowledgements | undefined> {
  const texts = await Promise.all(tables.map(readTable));
  if (texts.every((text) => text === undefined)) return undefined;
  const waiting = new Set(texts.flatMap((text) => findUnacknowledged(text ?? '')));
  return {
    has({ localPort, remotePort }) {
      // A Unix socket's data is with the peer from the moment it is written.
      return (
        localPort === undefined || remotePort === undefined || !waiting.has(nameOf(localPort, remotePort))
      );
    },
  };
}

/**
 * The port pairs of the connections whose send queue is not empty. Two connections with the same ports and different
 * addresses are not told apart: both are taken for the one that still waits.
 */
export function findUnacknowledged(table: string): readonly string[] {
  return Array.from(table.matchAll(unacknowledged), ([, local = '', remote = '']) =>
    nameOf(Number.parseInt(local, 16), Number.parseInt(remote, 16)),
  );
}

async function readTable(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'latin1');
  } catch {
    return undefined; // the caller falls back on time
  }
}

function nameOf(localPort: number, remotePort: number): string {
  return `${localPort}:${remotePort}`;
}
