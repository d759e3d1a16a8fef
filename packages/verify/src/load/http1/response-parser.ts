/** The head of one response, as far as the account needs it. */
export interface ResponseHead {
  readonly status: number;
  /** Whether the server says that it closes the connection after this response (RFC 9112, section 9.6). */
  readonly close: boolean;
  /** The status line and all header lines. */
  readonly text: string;
}

/** Where a {@link ResponseParser} reports to. A response is `head`, any number of `body`, then `complete`. */
export interface ResponseHandler {
  head(head: ResponseHead): void;
  body(chunk: Buffer): void;
  complete(): void;
}

type State = 'head' | 'length' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'until-close';

const headEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');
const largestHead = 256 * 1024;

/**
 * An incremental parser of HTTP/1.x responses on one connection (RFC 9112, section 6), written for the account: it
 * tells exactly whether a response came to its end. Throws on bytes that are not HTTP.
 */
export class ResponseParser {
  readonly #handler: ResponseHandler;
  #state: State = 'head';
  #rest: Buffer | undefined;
  #remaining = 0;

  constructor(handler: ResponseHandler) {
    this.#handler = handler;
  }

  /** Whether a response has begun and not ended. */
  get midway(): boolean {
    return this.#state !== 'head' || this.#rest !== undefined;
  }

  push(bytes: Buffer): void {
    let data = this.#rest === undefined ? bytes : Buffer.concat([this.#rest, bytes]);
    this.#rest = undefined;
    while (data.length > 0) {
      const used = this.#step(data);
      if (used === 0) {
        if (data.length > largestHead) throw new Error('a header or chunk line without an end');
        this.#rest = data;
        return;
      }
      data = data.subarray(used);
    }
  }

  /** The connection ended in order: completes a response that is delimited by that. */
  end(): void {
    if (this.#state === 'until-close') this.#finish();
  }

  /** Consumes what it can of the current part; 0 when more bytes are needed first. */
  #step(data: Buffer): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(data);
      case 'chunk-size':
        return this.#readChunkSize(data);
      case 'chunk-end':
        return this.#readChunkEnd(data);
      case 'trailer':
        return this.#readTrailer(data);
      case 'length':
      case 'chunk':
      case 'until-close':
        return this.#readBody(data);
    }
  }

  #readHead(data: Buffer): number {
    const end = data.indexOf(headEnd);
    if (end < 0) return 0;
    const text = data.toString('latin1', 0, end + 2);
    const status = statusOf(text);
    if (status >= 100 && status < 200 && status !== 101) return end + 4;
    this.#handler.head({ status, close: closesAfter(text), text });
    this.#enterBody(text, status);
    return end + 4;
  }

  #enterBody(head: string, status: number): void {
    if (status === 204 || status === 304 || status === 101) return this.#finish();
    if (/\r\ntransfer-encoding:[^\r]*\bchunked\b/i.test(head)) {
      this.#state = 'chunk-size';
      return;
    }
    const length = /\r\ncontent-length:[ \t]*(\d+)/i.exec(head)?.[1];
    if (length === undefined) {
      this.#state = 'until-close';
      return;
    }
    this.#remaining = Number(length);
    if (this.#remaining === 0) this.#finish();
    else this.#state = 'length';
  }

  #readBody(data: Buffer): number {
    if (this.#state === 'until-close') {
      this.#handler.body(data);
      return data.length;
    }
    const used = Math.min(data.length, this.#remaining);
    this.#handler.body(used === data.length ? data : data.subarray(0, used));
    this.#remaining -= used;
    if (this.#remaining > 0) return used;
    if (this.#state === 'chunk') this.#state = 'chunk-end';
    else this.#finish();
    return used;
  }

  #readChunkSize(data: Buffer): number {
    const end = data.indexOf(lineEnd);
    if (end < 0) return 0;
    const size = Number.parseInt(data.toString('latin1', 0, end), 16);
    if (Number.isNaN(size)) throw new Error('a chunk without a size');
    this.#remaining = size;
    this.#state = size === 0 ? 'trailer' : 'chunk';
    return end + 2;
  }

  #readChunkEnd(data: Buffer): number {
    if (data.length < 2) return 0;
    this.#state = 'chunk-size';
    return 2;
  }

  #readTrailer(data: Buffer): number {
    const end = data.indexOf(lineEnd);
    if (end < 0) return 0;
    if (end === 0) this.#finish();
    return end + 2;
  }

  #finish(): void {
    this.#state = 'head';
    this.#handler.complete();
  }
}

function statusOf(head: string): number {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (status === undefined) throw new Error(`not an HTTP/1 response: ${JSON.stringify(head.slice(0, 60))}`);
  return Number(status);
}

function closesAfter(head: string): boolean {
  const connection = /\r\nconnection:([^\r]*)/i.exec(head)?.[1]?.toLowerCase();
  if (head.startsWith('HTTP/1.0')) return connection?.includes('keep-alive') !== true;
  return connection !== undefined && /\bclose\b/.test(connection);
}
