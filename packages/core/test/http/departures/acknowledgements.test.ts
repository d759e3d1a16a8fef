import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findUnacknowledged, readAcknowledgements } from '../../../src/http/departures/acknowledgements.js';
import { openClient } from '../support/raw-client.js';

const ipv4 = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000001:00000080 00:00000000 00000000     0        0 1453 1 0000000097a268b6
   1: 0100007F:1F90 0100007F:A001 01 00000000:00000000 00:00000000 00000000     0        0 1454 1 0000000097a268b7
   2: 0100007F:1F90 0100007F:A002 04 0003D090:00000000 01:00000015 00000000     0        0 1455 1 0000000097a268b8
   3: 0100007F:1F90 0100007F:A003 05 00000000:00000000 03:00000108 00000000     0        0 0 3 00000000bc2146f3`;

const ipv6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr
   0: 00000000000000000000000001000000:1F90 00000000000000000000000001000000:A004 01 00000001:00000000 00:00000000`;

describe('what the kernel says of acknowledgements', () => {
  it('is the send queue of each connection, listeners left out', () => {
    expect(findUnacknowledged(ipv4)).toEqual(['8080:40962']);
    expect(findUnacknowledged(ipv6)).toEqual(['8080:40964']);
    expect(findUnacknowledged('')).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('tells who has everything from who has not', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket));
    onTestFinished(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const reads = await openClient({ port, host: '127.0.0.1' });
    const reading = await nextSocket(sockets, 0);
    const pauses = await openClient({ port, host: '127.0.0.1' });
    const waiting = await nextSocket(sockets, 1);
    pauses.socket.pause();
    reading.write('little');
    await reads.until('little');
    waiting.write(Buffer.alloc(16 * 1024 * 1024));

    const acknowledgements = await readAcknowledgements();
    expect(acknowledgements?.has(reading)).toBe(true);
    expect(acknowledgements?.has(waiting)).toBe(false);
  });
});

async function nextSocket(sockets: readonly Socket[], index: number): Promise<Socket> {
  await expect.poll(() => sockets.length).toBeGreaterThan(index);
  return sockets[index] as Socket;
}
