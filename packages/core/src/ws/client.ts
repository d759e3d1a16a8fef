import type { IncomingMessage } from 'node:http';
import type { WorkToken } from '../contract/work-token.js';
import { StoppingError } from '../errors.js';
import type { Guest } from '../farewell/farewell.js';
import { nameRequest } from '../http/connections/request-name.js';
import type { WebSocketLike } from './web-socket-server.js';

/** One WebSocket, and the messages of it that are being handled. */
export class Client<Socket extends WebSocketLike> implements Guest {
  readonly webSocket: Socket;
  readonly name: string;
  readonly sinceMs: number;
  readonly socket: Guest['socket'];
  /** Called as soon as no message is being handled; set when its turn has come. */
  whenIdle: (() => void) | undefined;
  isTold = false;
  #handling = 0;
  #controller: AbortController | undefined;
  #isCut = false;

  constructor(webSocket: Socket, request: IncomingMessage | undefined, nowMs: number) {
    this.webSocket = webSocket;
    this.name = request === undefined ? 'WebSocket' : nameRequest(request);
    this.sinceMs = nowMs;
    this.socket = request?.socket;
  }

  get isIdle(): boolean {
    return this.#handling === 0;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isCut) this.cut();
    return this.#controller.signal;
  }

  enter(): WorkToken {
    this.#handling += 1;
    return new Message(this);
  }

  leave(): void {
    this.#handling -= 1;
    if (this.#handling === 0) this.whenIdle?.();
  }

  cut(): void {
    this.#isCut = true;
    this.#controller?.abort(new StoppingError(`"${this.name}" was cut: the drain is over`));
  }
}

class Message implements WorkToken {
  readonly #client: Client<WebSocketLike>;
  #isOpen = true;

  constructor(client: Client<WebSocketLike>) {
    this.#client = client;
  }

  get signal(): AbortSignal {
    return this.#client.signal;
  }

  leave(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#client.leave();
  }

  [Symbol.dispose](): void {
    this.leave();
  }
}
