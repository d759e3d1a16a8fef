import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Component, StopContext } from '../contract/component.js';
import type { WorkToken } from '../contract/work-token.js';
import { OptionsError } from '../errors.js';
import { Farewell } from '../farewell/farewell.js';
import { drawRetryMs } from '../farewell/retry-hint.js';
import { checkObject, checkPort } from '../options/checks.js';
import { Client } from './client.js';
import type { WebSocketServerOptions } from './options.js';
import { refuseUpgrades } from './refuse-upgrades.js';
import { type ResolvedWebSocketServerOptions, resolveWebSocketServerOptions } from './resolve-options.js';

/** What is needed of a WebSocket of the package `ws`. */
export interface WebSocketLike {
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'close', listener: (code: number) => void): unknown;
}

/** What is needed of a server of the package `ws`. */
export interface WebSocketServerLike<Socket> {
  readonly clients?: Set<Socket>;
  readonly options: { readonly server?: unknown };
  close(): void;
  on(event: 'connection', listener: (socket: Socket, request: IncomingMessage) => void): unknown;
  off(event: 'connection', listener: (socket: Socket, request: IncomingMessage) => void): unknown;
}

/** What {@link webSocketServer} makes. */
export interface WebSocketComponent<Socket> extends Component {
  /** A message of this client is being handled: the client is told to go only when the token is back. */
  enter(client: Socket): WorkToken;
}

/** The code of a connection that ended without a close frame. Source: RFC 6455, 7.1.5. */
const abnormalClosure = 1006;

/**
 * Makes a component of a server of the package `ws`, also one with `noServer`. What it does in each phase is told in
 * `docs/adapters/ws.md`.
 *
 * @throws OptionsError
 */
export function webSocketServer<Socket extends WebSocketLike>(
  server: WebSocketServerLike<Socket>,
  options: WebSocketServerOptions<Socket> = {},
): WebSocketComponent<Socket> {
  checkObject('server', server);
  checkPort('server', server, ['on', 'off', 'close']);
  if (server.clients === undefined) throw new OptionsError('server', 'must track its clients', server);
  return new WebSocketStop(server, resolveWebSocketServerOptions(options));
}

/** Where a WebSocket keeps what is known of it: looked at for every message, so as cheap as can be. */
const clientKey: unique symbol = Symbol('quiesce.ws.client');

type Known<Socket extends WebSocketLike> = Socket & { [clientKey]?: Client<Socket> };

class WebSocketStop<Socket extends WebSocketLike> implements WebSocketComponent<Socket> {
  readonly name: string;
  readonly #server: WebSocketServerLike<Socket>;
  readonly #options: ResolvedWebSocketServerOptions<Socket>;
  readonly #farewell: Farewell<Client<Socket>>;
  readonly #onConnection: (socket: Socket, request: IncomingMessage) => void;
  #unanswered = 0;
  #endRefusal: (() => void) | undefined;

  constructor(server: WebSocketServerLike<Socket>, options: ResolvedWebSocketServerOptions<Socket>) {
    this.name = options.name;
    this.#server = server;
    this.#options = options;
    this.#farewell = new Farewell({
      clock: options.clock,
      tell: (client) => this.#tell(client),
      cut: (client) => this.#cut(client),
    });
    this.#onConnection = (socket, request) => void this.#clientOf(socket, request);
    server.on('connection', this.#onConnection);
  }

  enter(socket: Socket): WorkToken {
    return this.#clientOf(socket).enter();
  }

  refuse(stop: StopContext): void {
    const { server } = this.#server.options;
    this.#server.close(); // answers 503 to what comes to its `handleUpgrade` from now on
    if (server instanceof EventEmitter) this.#endRefusal = refuseUpgrades(server, this.#options.retryMs);
    for (const socket of this.#server.clients ?? []) this.#clientOf(socket);
    this.#farewell.refuse(stop);
  }

  async drain(stop: StopContext): Promise<void> {
    await this.#farewell.drain(stop);
  }

  release(stop: StopContext): void {
    this.#farewell.end(stop);
    this.#server.off('connection', this.#onConnection);
    this.#endRefusal?.();
    const count = this.#unanswered;
    const message = `${count} clients had not answered their close frame when their connection ended`;
    if (count > 0) stop.note({ code: 'unanswered-closes', message, count });
  }

  abort(): void {
    this.#farewell.abort();
  }

  pending(): number {
    return this.#farewell.pending;
  }

  #clientOf(socket: Socket, request?: IncomingMessage): Client<Socket> {
    const known = (socket as Known<Socket>)[clientKey];
    if (known !== undefined) return known;
    const client = new Client(socket, request, this.#options.clock.now());
    (socket as Known<Socket>)[clientKey] = client;
    socket.on('close', (code) => {
      this.#unanswered += Number(client.isTold && code === abnormalClosure);
      this.#farewell.left(client);
    });
    this.#farewell.arrived(client);
    return client;
  }

  #tell(client: Client<Socket>): void {
    if (client.isIdle) this.#close(client);
    else client.whenIdle = () => this.#close(client);
  }

  #close(client: Client<Socket>): void {
    if (client.isTold) return;
    client.isTold = true;
    const { notify, code, reason } = this.#options;
    const retryMs = drawRetryMs(this.#options.retryMs);
    try {
      notify?.(client.webSocket, retryMs);
    } finally {
      client.webSocket.close(code, retryMs === undefined ? reason : `${reason}; retry=${retryMs}`);
    }
  }

  #cut(client: Client<Socket>): void {
    client.cut();
    try {
      this.#close(client); // the frame is in the kernel before the connection goes
    } finally {
      client.webSocket.terminate();
    }
  }
}
