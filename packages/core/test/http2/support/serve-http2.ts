import { type ClientHttp2Session, connect, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Component, LameDuckPace } from '@quiesce/core';
import { type Http2ServerOptions, http2Server } from '@quiesce/core/http2';
import { createManualStop, type ManualStop } from '@quiesce/core/testing';
import { onTestFinished } from 'vitest';

/** A server of HTTP/2 that listens, its component, and the stop that a test drives. */
export interface TestHttp2Server {
  readonly server: Http2Server;
  readonly component: Component;
  readonly stop: ManualStop;
  readonly port: number;
  connect(): Promise<TestSession>;
}

/** A client's session, and what it was told. */
export interface TestSession {
  readonly session: ClientHttp2Session;
  /** The last stream that the server says it has taken up, of each GOAWAY that has come. */
  readonly goaways: number[];
  /** Resolves when the session is over. */
  readonly closed: Promise<void>;
}

/** What came back on one stream. */
export interface TestAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** Options of {@link serveHttp2}. All optional. */
export interface ServeHttp2Options extends Http2ServerOptions {
  readonly lameDuck?: LameDuckPace;
  /** @default 'http:' */
  readonly protocol?: 'http:' | 'https:';
}

/** Serves on a free port; everything is closed when the test ends. */
export async function serveHttp2(
  server: Http2Server,
  { lameDuck, protocol = 'http:', ...options }: ServeHttp2Options = {},
): Promise<TestHttp2Server> {
  const component = http2Server(server, { port: 0, host: '127.0.0.1', ...options });
  await component.start?.({ signal: new AbortController().signal, fail: () => {} });
  const { port } = server.address() as AddressInfo;
  const stop = createManualStop(lameDuck === undefined ? {} : { mode: 'lame-duck', lameDuck });
  onTestFinished(() => stop.call(component, 'release'));
  return {
    server,
    component,
    stop,
    port,
    connect: () => openSession(`${protocol}//127.0.0.1:${port}`),
  };
}

/** Opens a session; it is destroyed when the test ends. */
export async function openSession(url: string): Promise<TestSession> {
  const session = connect(url, { rejectUnauthorized: false });
  onTestFinished(() => session.destroy());
  const goaways: number[] = [];
  session.on('goaway', (_code, lastStream) => goaways.push(lastStream));
  session.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    session.once('close', resolve);
  });
  await new Promise<void>((resolve, reject) => {
    session.once('remoteSettings', () => resolve());
    session.once('error', reject);
  });
  return { session, goaways, closed };
}

/** Sends a request, with a body if there is one, and reads the whole answer. */
export function ask({ session }: TestSession, path: string, body?: Buffer): Promise<TestAnswer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':path': path, ':method': body === undefined ? 'GET' : 'POST' });
    const chunks: Buffer[] = [];
    let status = 0;
    stream.on('response', (headers) => {
      status = headers[':status'] ?? 0;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => resolve({ status, body: Buffer.concat(chunks) }));
    stream.end(body);
  });
}

/** Answers that are held back until the test wants them. */
export interface HeldAnswers {
  readonly listener: (request: { url: string }, response: { end(text: string): void }) => void;
  /** Resolves when so many requests wait for their answers. */
  waiting(count: number): Promise<void>;
  answer(): void;
}

/** Creates a handler whose answers wait. */
export function holdAnswers(): HeldAnswers {
  const held: (() => void)[] = [];
  let look = (): void => {};
  return {
    listener(request, response) {
      held.push(() => response.end(`path ${request.url}`));
      look();
    },
    waiting(count) {
      return new Promise((resolve) => {
        look = () => {
          if (held.length >= count) resolve();
        };
        look();
      });
    },
    answer() {
      for (const each of held.splice(0)) each();
    },
  };
}
