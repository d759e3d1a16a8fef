import type { Socket } from 'node:net';
import type { Target } from '../assignment.js';
import type { ConnectionMeter } from '../connection-meter.js';
import type { Exchange } from '../exchange.js';
import type { Ledger } from '../ledger.js';
import { openSocket } from '../socket.js';
import { ResponseParser } from './response-parser.js';

/** What the owner of a connection is told. */
export interface ConnectionEvents {
  /** A request was answered in full. */
  answered?(exchange: Exchange): void;
  /** The connection is over; every request on it has its verdict. */
  closed?(): void;
  /** A part of a body was read; slow readers pause here. */
  read?(bytes: number): void;
}

/** What connections need of their load process. */
export interface ConnectionHost {
  readonly target: Target;
  readonly ledger: Ledger;
  readonly meter: ConnectionMeter;
}

/** One HTTP/1.1 client connection, that gives each of its requests to the ledger exactly once. */
export class Http1Connection {
  readonly #host: ConnectionHost;
  readonly #events: ConnectionEvents;
  readonly #socket: Socket;
  readonly #parser: ResponseParser;
  readonly #waiting: Exchange[] = [];
  #connected = false;
  #answered = 0;
  #closeAnnounced = false;
  #over = false;

  constructor(host: ConnectionHost, events: ConnectionEvents) {
    this.#host = host;
    this.#events = events;
    this.#parser = new ResponseParser({
      head: (head) => {
        const exchange = this.#waiting[0];
        if (exchange === undefined) return;
        exchange.status = head.status;
        exchange.closeAnnounced = head.close;
        exchange.takeHead(head.text);
        if (head.close) this.#closeAnnounced = true;
      },
      body: (chunk) => {
        this.#waiting[0]?.takeBody(chunk);
        this.#events.read?.(chunk.length);
      },
      complete: () => this.#complete(),
    });
    host.meter.opened();
    this.#socket = openSocket(host.target, () => this.#onConnected());
    this.#socket.on('data', (chunk) => this.#onData(chunk));
    this.#socket.on('end', () => {
      this.#parser.end();
      this.#closeAnnounced = true;
    });
    // The verdict comes from what was seen until 'close', which follows every error.
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => this.#onClose());
  }

  /** Whether another request may be sent on it. */
  get usable(): boolean {
    return !this.#over && !this.#closeAnnounced;
  }

  /** Sends a request, or its beginning; more of it goes out by {@link write}. */
  send(exchange: Exchange, bytes: Buffer): void {
    exchange.reused = this.#answered > 0;
    exchange.sent = this.#connected;
    exchange.excused = this.#closeAnnounced;
    if (this.#over) {
      this.#host.ledger.settle(exchange, 'closed');
      return;
    }
    this.#waiting.push(exchange);
    this.#socket.write(bytes);
  }

  /**
   * Lets requests leave in one write. Had some of them gone out before, a server that answers the first with
   * `Connection: close` might have closed by the time of the next: that one draws a reset (RFC 9112, section 9.6), and the
   * one after it fails with EPIPE, upon which Node.js drops the socket with the answer still unread in it.
   */
  sendTogether(requests: readonly (readonly [Exchange, Buffer])[]): void {
    this.#socket.cork();
    for (const [exchange, bytes] of requests) this.send(exchange, bytes);
    this.#socket.uncork();
  }

  write(bytes: Buffer): void {
    if (!this.#over) this.#socket.write(bytes);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Ends the connection from the client's side; only sensible when nothing waits on it. */
  destroy(): void {
    this.#socket.destroy();
  }

  #onConnected(): void {
    this.#connected = true;
    for (const exchange of this.#waiting) exchange.sent = true;
  }

  #onData(chunk: Buffer): void {
    const exchange = this.#waiting[0];
    if (exchange !== undefined) exchange.responseBytes += chunk.length;
    try {
      this.#parser.push(chunk);
    } catch {
      this.#socket.destroy();
    }
  }

  #complete(): void {
    const exchange = this.#waiting.shift();
    if (exchange === undefined) return;
    this.#answered += 1;
    if (this.#closeAnnounced) for (const later of this.#waiting) later.excused = true;
    this.#host.ledger.settle(exchange, 'complete');
    this.#events.answered?.(exchange);
  }

  #onClose(): void {
    this.#over = true;
    this.#host.meter.closed();
    const first = this.#waiting[0];
    if (first !== undefined && this.#parser.midway) first.responseBytes ||= 1;
    for (const exchange of this.#waiting.splice(0)) this.#host.ledger.settle(exchange, 'closed');
    this.#events.closed?.();
  }
}
