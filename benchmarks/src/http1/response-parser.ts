/** What framed the end of a response's body (RFC 9112 section 6.3). */
export type Framing = 'none' | 'length' | 'chunked' | 'until-close';

/** The head of a response. */
export interface ResponseHead {
  readonly status: number;
  /** Whether the connection may carry another request after this answer. */
  readonly keepAlive: boolean;
  readonly framing: Framing;
}

/** What a {@link ResponseParser} tells while it reads. */
export interface ResponseListener {
  onHead(head: ResponseHead): void;
  onBody(chunk: Buffer): void;
  onComplete(): void;
}

/** The bytes are not HTTP/1.1 as RFC 9112 has it. */
export class MalformedResponseError extends Error {
  override readonly name = 'MalformedResponseError';
}

type State =
  | 'head'
  | 'length'
  | 'chunk-size'
  | 'chunk-data'
  | 'chunk-end'
  | 'trailers'
  | 'until-close'
  | 'complete';

const CRLF = '\r\n';
const MAX_HEAD_BYTES = 64 * 1024;
const STATUS_LINE = /^HTTP\/1\.1 ([1-5]\d\d) [\t\x20-\x7e]*$/;
const FIELD_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\t\x20-\x7e]*?)[\t ]*$/;
const CHUNK_SIZE = /^([0-9a-fA-F]{1,8})(?:[\t ]*;.*)?$/;

/** Splits a head into its status and its fields, names in lower case. */
function parseHead(text: string): { readonly status: number; readonly fields: ReadonlyMap<string, string> } {
  const [statusLine = '', ...fieldLines] = text.split(CRLF);
  const status = STATUS_LINE.exec(statusLine)?.[1];
  if (status === undefined) {
    throw new MalformedResponseError(`not a status line: ${JSON.stringify(statusLine)}`);
  }
  const fields = new Map<string, string>();
  for (const line of fieldLines) {
    const [, name = '', value = ''] = FIELD_LINE.exec(line) ?? [];
    if (name === '') {
      throw new MalformedResponseError(`not a field line: ${JSON.stringify(line)}`);
    }
    const key = name.toLowerCase();
    const earlier = fields.get(key);
    fields.set(key, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return { status: Number(status), fields };
}

function resolveFraming(status: number, fields: ReadonlyMap<string, string>): Framing {
  const coding = fields.get('transfer-encoding');
  const length = fields.get('content-length');
  if (coding !== undefined && (length !== undefined || coding.toLowerCase() !== 'chunked')) {
    throw new MalformedResponseError(`transfer-encoding ${coding} with content-length ${length}`);
  }
  if (length !== undefined && !/^\d{1,15}$/.test(length)) {
    throw new MalformedResponseError(`content-length ${length}`);
  }
  if (status === 204 || status === 304) {
    return 'none';
  }
  if (coding !== undefined) {
    return 'chunked';
  }
  return length === undefined ? 'until-close' : 'length';
}

/**
 * Reads the responses of one connection, strictly, and byte by byte: nothing is repaired, retried or hidden, as an
 * HTTP client's connection pool would. Only answers to GET and POST, whose bodies are framed the same way.
 */
export class ResponseParser {
  #state: State = 'head';
  #pending: Buffer = Buffer.alloc(0);
  #left = 0;
  readonly #listener: ResponseListener;

  constructor(listener: ResponseListener) {
    this.#listener = listener;
  }

  /** Makes it ready for the answer to the next request of the connection. */
  reset(): void {
    this.#state = 'head';
    this.#pending = Buffer.alloc(0);
  }

  /**
   * Takes the next bytes of the connection.
   * @throws MalformedResponseError also for bytes after the end of the answer: nothing else was asked for
   */
  execute(bytes: Buffer): void {
    let rest = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    this.#pending = Buffer.alloc(0);
    while (rest.length > 0) {
      const taken = this.#step(rest);
      if (taken === 0) {
        this.#pending = rest;
        return;
      }
      rest = rest.subarray(taken);
    }
  }

  /** Takes the peer's clean end of the connection. Answers whether it completed a response. */
  finish(): boolean {
    if (this.#state !== 'until-close') {
      return false;
    }
    this.#complete();
    return true;
  }

  /** Takes what it can from the front of `bytes`; 0 when more is needed first. */
  #step(bytes: Buffer): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes);
      case 'length':
        return this.#readCounted(bytes, 'complete');
      case 'chunk-size':
        return this.#readLine(bytes, (line) => this.#startChunk(line));
      case 'chunk-data':
        return this.#readCounted(bytes, 'chunk-end');
      case 'chunk-end':
        return this.#readLine(bytes, (line) => this.#endChunk(line));
      case 'trailers':
        return this.#readLine(bytes, (line) => this.#takeTrailer(line));
      case 'until-close':
        this.#listener.onBody(bytes);
        return bytes.length;
      case 'complete':
        throw new MalformedResponseError(`${bytes.length} bytes after the end of the answer`);
    }
  }

  #readHead(bytes: Buffer): number {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) {
      if (bytes.length > MAX_HEAD_BYTES) {
        throw new MalformedResponseError('the head does not end');
      }
      return 0;
    }
    const { status, fields } = parseHead(bytes.toString('latin1', 0, end));
    if (status >= 200) {
      this.#startBody(status, fields);
    }
    return end + 4;
  }

  #startBody(status: number, fields: ReadonlyMap<string, string>): void {
    const framing = resolveFraming(status, fields);
    const options = (fields.get('connection') ?? '').toLowerCase().split(/[\t ]*,[\t ]*/);
    const keepAlive = framing !== 'until-close' && !options.includes('close');
    this.#left = framing === 'length' ? Number(fields.get('content-length')) : 0;
    this.#listener.onHead({ status, keepAlive, framing });
    if (framing === 'chunked') {
      this.#state = 'chunk-size';
    } else if (framing === 'until-close') {
      this.#state = 'until-close';
    } else if (this.#left > 0) {
      this.#state = 'length';
    } else {
      this.#complete();
    }
  }

  #readCounted(bytes: Buffer, next: 'complete' | 'chunk-end'): number {
    const chunk = bytes.length > this.#left ? bytes.subarray(0, this.#left) : bytes;
    this.#left -= chunk.length;
    this.#listener.onBody(chunk);
    if (this.#left === 0) {
      if (next === 'complete') {
        this.#complete();
      } else {
        this.#state = next;
      }
    }
    return chunk.length;
  }

  #readLine(bytes: Buffer, take: (line: string) => void): number {
    const end = bytes.indexOf(CRLF);
    if (end < 0) {
      if (bytes.length > MAX_HEAD_BYTES) {
        throw new MalformedResponseError('a line does not end');
      }
      return 0;
    }
    take(bytes.toString('latin1', 0, end));
    return end + CRLF.length;
  }

  #startChunk(line: string): void {
    const size = CHUNK_SIZE.exec(line)?.[1];
    if (size === undefined) {
      throw new MalformedResponseError(`not a chunk size: ${JSON.stringify(line)}`);
    }
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailers' : 'chunk-data';
  }

  #endChunk(line: string): void {
    if (line !== '') {
      throw new MalformedResponseError('a chunk is longer than its size');
    }
    this.#state = 'chunk-size';
  }

  #takeTrailer(line: string): void {
    if (line === '') {
      this.#complete();
    }
  }

  #complete(): void {
    this.#state = 'complete';
    this.#listener.onComplete();
  }
}
