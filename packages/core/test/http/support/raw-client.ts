import { type ConnectOpts, connect, type NetConnectOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { onTestFinished } from 'vitest';

/** How a connection came to its end, as its client saw it: with the server's end, or with an error's code. */
export type ConnectionEnd = 'end' | (string & {});

/** A client that writes bytes, and sees each one that comes back. */
export interface RawClient {
  readonly socket: Socket;
  /** Everything that has come so far, a character for each byte. */
  readonly received: string;
  send(bytes: string | Buffer): void;
  /** Resolves when what came since the last call matches, with all that came by then. */
  until(pattern: RegExp | string): Promise<string>;
  /** Resolves with everything that was received when the server has ended its side. */
  rest(): Promise<string>;
  /** Resolves when the server has ended its side, or the connection is gone. */
  readonly ended: Promise<ConnectionEnd>;
}

/** Options of {@link openClient}. All optional. */
export interface OpenClientOptions {
  /** Whether it keeps its side open when the server ends. @default false */
  readonly allowHalfOpen?: boolean;
  /** Speaks TLS, without looking at the certificate. @default false */
  readonly tls?: boolean;
}

/** Connects; the connection is destroyed when the test ends. */
export async function openClient(
  to: NetConnectOpts,
  { allowHalfOpen = false, tls = false }: OpenClientOptions = {},
): Promise<RawClient> {
  const options: NetConnectOpts & ConnectOpts = { ...to, allowHalfOpen };
  const socket = tls ? connectTls({ ...options, rejectUnauthorized: false }) : connect(options);
  onTestFinished(() => {
    socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once(tls ? 'secureConnect' : 'connect', resolve);
    socket.once('error', reject);
  });
  return watchSocket(socket);
}

/** The code of the error that keeps a client from connecting; `connected` when nothing does. */
export async function tryToConnect(to: NetConnectOpts): Promise<string> {
  try {
    await openClient(to);
    return 'connected';
  } catch (error) {
    return String(Reflect.get(error as Error, 'code'));
  }
}

/** A request without a body. */
export function get(path = '/', headers: Readonly<Record<string, string>> = {}): string {
  return head(`GET ${path}`, headers);
}

/** A request with a body of so many bytes, which is still to be sent. */
export function post(path: string, length: number, headers: Readonly<Record<string, string>> = {}): string {
  return head(`POST ${path}`, { 'Content-Length': String(length), ...headers });
}

function head(line: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ Host: 'test', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

function watchSocket(socket: Socket): RawClient {
  let received = '';
  let seen = 0;
  let look: (() => void) | undefined;
  const ended = new Promise<ConnectionEnd>((resolve) => {
    socket.on('end', () => resolve('end'));
    socket.on('error', (error) => resolve(String(Reflect.get(error, 'code'))));
    socket.on('close', () => resolve('close'));
  });
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    look?.();
  });
  return {
    socket,
    get received() {
      return received;
    },
    send: (bytes) => {
      socket.write(bytes);
    },
    until(pattern) {
      return new Promise((resolve, reject) => {
        look = () => {
          const fresh = received.slice(seen);
          if (typeof pattern === 'string' ? !fresh.includes(pattern) : fresh.search(pattern) < 0) return;
          look = undefined;
          seen = received.length;
          resolve(fresh);
        };
        void ended.then((how) => {
          look?.();
          reject(new Error(`ended (${how}) before ${pattern} came; received ${JSON.stringify(received)}`));
        });
        look();
      });
    },
    async rest() {
      await ended;
      return received;
    },
    ended,
  };
}
