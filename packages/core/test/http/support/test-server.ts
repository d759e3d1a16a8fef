import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, NetConnectOpts } from 'node:net';
import type { Component, LameDuckPace } from '@quiesce/core';
import { type HttpServerOptions, httpServer } from '@quiesce/core/http';
import {
  createManualClock,
  createManualStop,
  type ManualClock,
  type ManualStop,
} from '@quiesce/core/testing';
import { onTestFinished } from 'vitest';
import { type OpenClientOptions, openClient, type RawClient } from './raw-client.js';

/** A server that listens, its component, and the stop that a test drives, in manual time. */
export interface TestServer {
  readonly server: Server;
  readonly component: Component;
  readonly clock: ManualClock;
  readonly stop: ManualStop;
  readonly address: NetConnectOpts;
  connect(options?: OpenClientOptions): Promise<RawClient>;
  /** Calls the `refuse` hook, and lets what is closed at once be closed. */
  refuse(): Promise<void>;
  /** Calls the `drain` hook. */
  drain(): Drain;
}

/** A drain that was begun. */
export interface Drain {
  readonly settled: Promise<void>;
  readonly isSettled: boolean;
}

/** Options of {@link serve}. All optional. */
export interface ServeOptions extends HttpServerOptions {
  readonly lameDuck?: LameDuckPace;
  /** @default one that is created with the request listener */
  readonly server?: Server;
}

/** Answers with its path. */
export const echoPath: RequestListener = (request, response) => {
  response.end(`path ${request.url}`);
};

/** Serves on a free port; everything is closed when the test ends. */
export async function serve(
  listener: RequestListener = echoPath,
  { lameDuck, server = createServer(listener), ...options }: ServeOptions = {},
): Promise<TestServer> {
  const clock = createManualClock();
  const component = httpServer(server, { clock, port: 0, host: '127.0.0.1', ...options });
  await component.start?.({ signal: new AbortController().signal, fail: () => {} });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const address = { port, host: '127.0.0.1' };
  const stop = createManualStop({
    clock,
    ...(lameDuck === undefined ? {} : { mode: 'lame-duck', lameDuck }),
  });
  return {
    server,
    component,
    clock,
    stop,
    address,
    connect: (clientOptions) => openClient(address, clientOptions),
    async refuse() {
      await stop.call(component, 'refuse');
      await clock.advance(1);
    },
    drain() {
      let isSettled = false;
      const settled = stop.call(component, 'drain').then(() => {
        isSettled = true;
      });
      return {
        settled,
        get isSettled() {
          return isSettled;
        },
      };
    },
  };
}

/** Resolves when an event has been emitted so many times, counted from now. */
export function untilEvent(server: Server, event: string, times = 1): Promise<void> {
  return new Promise((resolve) => {
    let left = times;
    const onEvent = (): void => {
      left -= 1;
      if (left > 0) return;
      server.off(event, onEvent);
      resolve();
    };
    server.on(event, onEvent);
  });
}

/** Lets the event loop turn so often that everything that is ready has been done. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
