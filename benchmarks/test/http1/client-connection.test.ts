import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createExactCheck } from '../../src/http1/body-check.js';
import { ClientConnection, type Exchange } from '../../src/http1/client-connection.js';

const servers: Server[] = [];
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) {
    socket.destroy();
  }
  for (const server of servers.splice(0)) {
    server.close();
  }
});

/** A server that does this with each connection, as soon as its first bytes have come. */
async function serve(onRequest: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', () => onRequest(socket));
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function ask(expected = 'ok'): Exchange {
  return {
    send: (socket) => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
    check: createExactCheck(Buffer.from(expected)),
  };
}

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('client connection', () => {
  it('tells a complete and exact answer', async () => {
    const connection = new ClientConnection(await serve((socket) => socket.write(answer)));
    const first = await connection.exchange(ask());
    const second = await connection.exchange(ask());
    expect([first.ending, first.exact, first.reused]).toEqual(['answered', true, false]);
    expect([second.ending, second.exact, second.reused]).toEqual(['answered', true, true]);
    connection.end();
  });

  it('tells an answer with other bytes than it must have', async () => {
    const connection = new ClientConnection(await serve((socket) => socket.end(answer)));
    const result = await connection.exchange(ask('no'));
    expect([result.ending, result.exact]).toEqual(['answered', false]);
  });

  it('tells a clean end without an answer, and keeps what it has seen of one', async () => {
    const connection = new ClientConnection(await serve((socket) => socket.end(answer.slice(0, -1))));
    const result = await connection.exchange(ask());
    expect([result.ending, result.detail, result.bodyBytes]).toEqual(['cut', 'EOF', 1]);
    expect(connection.usable).toBe(false);
  });

  it('tells a reset', async () => {
    const connection = new ClientConnection(await serve((socket) => socket.resetAndDestroy()));
    const result = await connection.exchange(ask());
    expect([result.ending, result.detail]).toEqual(['cut', 'ECONNRESET']);
  });

  it('tells a refused connection', async () => {
    const port = await serve(() => {});
    const [server] = servers;
    server?.close();
    const result = await new ClientConnection(port).exchange(ask());
    expect(result.ending).toBe('refused');
  });

  it('is not used again after Connection: close', async () => {
    const closing = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok';
    const connection = new ClientConnection(await serve((socket) => socket.write(closing)));
    expect((await connection.exchange(ask())).ending).toBe('answered');
    expect(connection.usable).toBe(false);
  });

  it('counts bytes that it has not asked for', async () => {
    let served: Socket | undefined;
    const port = await serve((socket) => {
      served = socket;
      socket.write(answer);
    });
    const connection = new ClientConnection(port);
    await connection.exchange(ask());
    const ended = new Promise((resolve) => served?.once('close', resolve));
    served?.end('stray');
    await ended;
    expect(connection.strayBytes).toBe(5);
  });
});
