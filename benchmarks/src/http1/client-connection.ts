import { connect, type Socket } from 'node:net';
import { monotonicMs } from '../statistics/monotonic-time.js';
import type { BodyCheck } from './body-check.js';
import { MalformedResponseError, type ResponseHead, ResponseParser } from './response-parser.js';

/** How the wait for one answer ended, as the client sees it. */
export type Ending =
  /** A complete answer. */
  | 'answered'
  /** The connection was refused: nobody listens. */
  | 'refused'
  /** The connection ended, or was reset, before the answer was complete. */
  | 'cut'
  /** What came is not HTTP/1.1. */
  | 'malformed'
  /** No answer when the run ended. */
  | 'open'
  /** This machine could not even open the connection. */
  | 'unsent';

/** One request and what its answer must be. */
export interface Exchange {
  /** Sends the request. Called once, when the connection is there. Stops by itself when `socket` is destroyed. */
  send(socket: Socket): void;
  /** The body that a 200 must have. */
  readonly check: BodyCheck;
  /** Reads no faster than this. @default as fast as it can */
  readonly bytesPerMs?: number;
  /** Whether all of the request has been written. @default `send` writes all at once */
  isSent?(): boolean;
}

/** What became of one {@link Exchange}. Times in milliseconds of the machine's monotonic clock. */
export interface ExchangeResult {
  readonly ending: Ending;
  /** The answer's status, if its head came. */
  readonly status?: number;
  /** Whether the body was what it had to be. */
  readonly exact: boolean;
  /** The error code of the connection, or `EOF` for a clean end. */
  readonly detail?: string;
  readonly bodyBytes: number;
  /** Whether this connection had carried an answer before. */
  readonly reused: boolean;
  readonly sentAtMs: number;
  readonly endedAtMs: number;
}

interface CurrentExchange {
  readonly exchange: Exchange;
  readonly sentAtMs: number;
  readonly resolve: (result: ExchangeResult) => void;
  head?: ResponseHead;
  bodyBytes: number;
}

/** Errors of connect() that are this machine's own trouble, not the server's answer. */
const LOCAL_ERRORS: ReadonlySet<string> = new Set([
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'ETIMEDOUT',
]);

/** Errors may come without a code; then their name says what they are. */
function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.name;
}

/**
 * One connection of a client, with one request at a time. The next request is written as soon as an answer is
 * complete, before anything else is read: the most demanding client there is, and one that a server must expect.
 */
export class ClientConnection {
  /** Bytes that came when nothing had been asked for. */
  strayBytes = 0;
  readonly #socket: Socket;
  readonly #parser: ResponseParser;
  #current: CurrentExchange | undefined;
  #answers = 0;
  #connected = false;
  #usable = true;
  #errorCode: string | undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#parser = new ResponseParser({
      onHead: (head) => this.#onHead(head),
      onBody: (chunk) => this.#onBody(chunk),
      onComplete: () => this.#settle('answered'),
    });
    this.#socket.once('connect', () => {
      this.#connected = true;
      this.#current?.exchange.send(this.#socket);
    });
    this.#socket.on('data', (chunk) => this.#onData(chunk));
    this.#socket.once('end', () => this.#onEnd());
    this.#socket.once('error', (error: NodeJS.ErrnoException) => {
      this.#errorCode = codeOf(error);
    });
    this.#socket.once('close', () => this.#onClose());
  }

  /** Whether another request may be sent, as far as this client can know. */
  get usable(): boolean {
    return this.#usable;
  }

  /**
   * Sends a request, and follows it to its end.
   * @throws Error when a request is under way, or the connection has ended: look at `usable` first
   */
  async exchange(exchange: Exchange): Promise<ExchangeResult> {
    if (this.#current !== undefined || !this.#usable) {
      throw new Error('this connection takes no request now');
    }
    return new Promise((resolve) => {
      this.#current = { exchange, sentAtMs: monotonicMs(), resolve, bodyBytes: 0 };
      this.#parser.reset();
      if (this.#connected) {
        exchange.send(this.#socket);
      }
    });
  }

  /** Ends the wait for the answer, if there is one, and the connection. */
  abandon(): void {
    this.#settle('open');
    this.#socket.destroy();
  }

  /** Ends the connection as a client does that needs it no longer. */
  end(): void {
    this.#usable = false;
    this.#socket.end();
  }

  #onHead(head: ResponseHead): void {
    if (this.#current !== undefined) {
      this.#current.head = head;
    }
  }

  #onBody(chunk: Buffer): void {
    const current = this.#current;
    if (current === undefined) {
      return;
    }
    current.bodyBytes += chunk.length;
    current.exchange.check.update(chunk);
    const { bytesPerMs } = current.exchange;
    if (bytesPerMs !== undefined) {
      this.#socket.pause();
      setTimeout(() => this.#socket.resume(), chunk.length / bytesPerMs);
    }
  }

  #onData(chunk: Buffer): void {
    if (this.#current === undefined) {
      this.strayBytes += chunk.length;
      return;
    }
    try {
      this.#parser.execute(chunk);
    } catch (error) {
      if (!(error instanceof MalformedResponseError)) {
        throw error;
      }
      this.#errorCode = error.message;
      this.#settle('malformed');
      this.#usable = false;
      this.#socket.destroy();
    }
  }

  #onEnd(): void {
    this.#usable = false;
    if (this.#current !== undefined && !this.#parser.finish()) {
      this.#errorCode ??= 'EOF';
      this.#settle('cut');
    }
  }

  #onClose(): void {
    this.#usable = false;
    const code = this.#errorCode;
    if (code === 'ECONNREFUSED') {
      this.#settle('refused');
    } else if (!this.#connected && (code === undefined || LOCAL_ERRORS.has(code))) {
      this.#settle('unsent');
    } else {
      this.#settle('cut');
    }
  }

  #settle(ending: Ending): void {
    const current = this.#current;
    if (current === undefined) {
      return;
    }
    this.#current = undefined;
    const reused = this.#answers > 0;
    const { head, exchange } = current;
    if (ending === 'answered') {
      this.#answers += 1;
      if (head?.keepAlive !== true || exchange.isSent?.() === false) {
        this.end();
      }
    } else {
      this.#usable = false;
    }
    current.resolve({
      ending,
      exact: exchange.check.isExact(),
      bodyBytes: current.bodyBytes,
      reused,
      sentAtMs: current.sentAtMs,
      endedAtMs: monotonicMs(),
      ...(head === undefined ? {} : { status: head.status }),
      ...(ending === 'answered' || this.#errorCode === undefined ? {} : { detail: this.#errorCode }),
    });
  }
}
