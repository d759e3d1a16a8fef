import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const attempts = 200;
const lowestPort = 10_000;

/**
 * A TCP port that nobody uses, below the range from which the kernel takes ports for outgoing connections. Inside that
 * range a client that connects to a stopped server's port may be given that very port as its own, and then talks to
 * itself (TCP's simultaneous open), or takes the port away from the server's successor.
 */
export async function findFreePort(): Promise<number> {
  const highest = Math.max(lowestPort + 1, lowestEphemeralPort() - 1);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(lowestPort, highest);
    if (await canListen(port)) return port;
  }
  throw new Error(`no free port between ${lowestPort} and ${highest} after ${attempts} attempts`);
}

/** Whether a new listener may have the port now, on the given address. */
export async function canListen(port: number, host = '127.0.0.1'): Promise<boolean> {
  const server = createServer();
  return await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function lowestEphemeralPort(): number {
  try {
    const text = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'latin1');
    return Number(text.split(/\s+/)[0]) || 32_768;
  } catch {
    return 32_768;
  }
}
