import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { httpServer } from '@quiesce/core/http';
import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { heapGrowth } from '../../../../e2e/support/heap-growth.js';
import { startComponent } from '../support/component-run.js';
import { get, post } from './support/raw-client.js';

// A server runs for months before it is stopped: what it keeps of a visitor who has gone, it keeps of all of them.
const visitors = 400;
const atOnce = 25;
/** Whatever keeps a visitor keeps a socket: some thousands of bytes. */
const bytesAVisitor = 700;
const requests = 5_000;
/** An entry in a list is eight, and what is in it some tens more. */
const bytesARequest = 25;

const read = (name: string): Buffer => readFileSync(new URL(`fixtures/${name}`, import.meta.url));

/** Never answers some, and others slowly. */
const answer: RequestListener = (request, response) => {
  if (request.url === '/never') return void response.writeHead(200).write('over soon');
  if (request.url === '/large') response.write('.'.repeat(100_000));
  request.resume().on('end', () => response.end('over'));
};

function createTestServer(isTls: boolean): Server {
  const server = isTls
    ? (createTlsServer(
        { key: read('test-key.pem'), cert: read('test-cert.pem') },
        answer,
      ) as unknown as Server)
    : createServer(answer);
  server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nover');
    socket.on('error', () => undefined).on('end', () => socket.end());
    socket.resume();
  });
  return server;
}

interface Premises {
  readonly pending: () => number | undefined;
  /** So many visitors come, and have gone. */
  visit(count: number, act: (socket: Socket) => Promise<void>): Promise<void>;
}

async function open({ isTls, speaksTls }: Record<'isTls' | 'speaksTls', boolean>): Promise<Premises> {
  const clock = createManualClock();
  const server = createTestServer(isTls);
  const component = httpServer(server, { clock, port: 0, host: '127.0.0.1' });
  await startComponent(component);
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  let present = 0;
  let left: (() => void) | undefined;
  server.on('connection', (socket: Socket) => {
    present += 1;
    socket.once('close', () => {
      present -= 1;
      left?.();
    });
  });
  const comeAndGo = async (act: (socket: Socket) => Promise<void>): Promise<void> => {
    const socket = speaksTls
      ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
      : connect({ port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await once(socket, speaksTls ? 'secureConnect' : 'connect');
    await act(socket);
    socket.destroy();
    await closed;
  };
  return {
    pending: () => component.pending?.(),
    async visit(count, act) {
      let coming = count;
      const inTurn = async (): Promise<void> => {
        while (coming-- > 0) await comeAndGo(act);
      };
      await Promise.all(Array.from({ length: atOnce }, inTurn));
      await new Promise<void>((resolve) => {
        left = () => present === 0 && resolve();
        left();
      });
      // What is known of those who have gone is looked at now and then.
      for (let look = 0; look < 3; look += 1) await clock.advance(1_000);
    },
  };
}

/** Reads until all of so many answers have come. */
async function until(socket: Socket, text: string, times = 1): Promise<void> {
  let received = '';
  while (received.split(text).length <= times) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    received += chunk.toString('latin1');
  }
}

const visits: Readonly<Record<string, (socket: Socket) => Promise<void>>> = {
  async 'who says nothing'() {},
  async 'who asks'(socket) {
    socket.write(get());
    await until(socket, 'over');
  },
  async 'who asks again and again'(socket) {
    for (const path of ['/', '/large', '/']) {
      socket.write(get(path));
      await until(socket, 'over');
    }
  },
  async 'who does not wait for the answer'(socket) {
    socket.write(get('/never'));
    await until(socket, 'over');
  },
  async 'who asks much at once, and does not wait for the answers'(socket) {
    socket.write(get() + get() + get('/never') + get() + get('/large'));
    await until(socket, 'over', 3);
  },
  async 'who breaks off in the middle of a body'(socket) {
    socket.write(get() + post('/upload', 1_000));
    await until(socket, 'over');
    socket.write('.'.repeat(500));
  },
  async 'who upgrades'(socket) {
    socket.write(get('/', { Connection: 'Upgrade', Upgrade: 'echo' }));
    await until(socket, 'over');
  },
  async 'who does not speak HTTP'(socket) {
    socket.write('\0\0\0\0\r\n\r\n');
    await until(socket, '400 Bad Request');
  },
};

describe('a server that speaks HTTP', () => {
  it.for(Object.entries(visits))('keeps nothing of a visitor %s', async ([, act]) => {
    const { pending, visit } = await open({ isTls: false, speaksTls: false });
    const growth = await heapGrowth(visitors, (count) => visit(count, act));
    expect(growth).toBeLessThan(bytesAVisitor);
    expect(pending()).toBe(0);
  });

  it('keeps nothing of a request on a connection that stays', async () => {
    const { pending, visit } = await open({ isTls: false, speaksTls: false });
    let growth = Number.NaN;
    const stay = async (socket: Socket): Promise<void> => {
      growth = await heapGrowth(requests, async (count) => {
        for (let each = 0; each < count / 5; each += 1) {
          socket.write(get().repeat(5));
          await until(socket, 'over', 5);
        }
      });
    };
    await visit(1, stay);
    expect(growth).toBeLessThan(bytesARequest);
    expect(pending()).toBe(0);
  });
});

describe('a server that speaks HTTPS', () => {
  const tlsVisitors = 100;
  const bytesATlsVisitor = 2_000;

  it('keeps nothing of a visitor who does not wait for the answer', async () => {
    const { pending, visit } = await open({ isTls: true, speaksTls: true });
    const act = visits['who does not wait for the answer'] ?? (async () => {});
    const growth = await heapGrowth(tlsVisitors, (count) => visit(count, act));
    expect(growth).toBeLessThan(bytesATlsVisitor);
    expect(pending()).toBe(0);
  });

  it('keeps nothing of a visitor whose handshake fails', async () => {
    const { pending, visit } = await open({ isTls: true, speaksTls: false });
    const act = async (socket: Socket): Promise<void> => {
      socket.write('not TLS at all, and long enough to be looked at\r\n\r\n');
      await once(socket, 'close');
    };
    const growth = await heapGrowth(tlsVisitors, (count) => visit(count, act));
    expect(growth).toBeLessThan(bytesATlsVisitor);
    expect(pending()).toBe(0);
  });
});
