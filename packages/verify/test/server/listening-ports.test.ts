import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { canListen, findFreePort } from '../../src/server/free-port.js';
import { listenersOf, parseLocalAddress } from '../../src/server/listening-ports.js';

describe('what a process listens on', () => {
  it.each([
    ['0100007F:1F90', '127.0.0.1', 8080],
    ['00000000:0050', '127.0.0.1', 80],
    ['00000000000000000000000000000000:1F90', '127.0.0.1', 8080],
    ['00000000000000000000000001000000:1F90', '::1', 8080],
    ['0000000000000000FFFF00000100007F:1F90', '127.0.0.1', 8080],
    ['B80D0120000000000000000001000000:1F90', '2001:0db8:0000:0000:0000:0000:0000:0001', 8080],
  ])('%s is reached at %s', (text, host, port) => {
    expect(parseLocalAddress(text, '1')).toEqual({ inode: '1', host, port });
  });

  it('is found in /proc, and gone when it is closed', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    expect(listenersOf([process.pid])).toContainEqual({ host: '127.0.0.1', port, pid: process.pid });
    expect(await canListen(port ?? 0)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(listenersOf([process.pid]).map((listener) => listener.port)).not.toContain(port);
    expect(await canListen(port ?? 0)).toBe(true);
  });
});

describe('a free port', () => {
  it('lies below the ports that the kernel gives to clients, and can be had', async () => {
    const port = await findFreePort();
    expect(port).toBeLessThan(32_768);
    expect(await canListen(port)).toBe(true);
  });
});
