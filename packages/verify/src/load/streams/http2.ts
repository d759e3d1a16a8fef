import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { originOf, type StreamPlan } from '../assignment.js';
import type { Exchange } from '../exchange.js';
import { formatRequestId, requestIdHeader } from '../http1/request-bytes.js';
import { createReconnectDelay } from './reconnect-delay.js';
import { createCountdown, pickTemplate, type Stream, type StreamContext } from './stream.js';

type Http2Plan = Extract<StreamPlan, { kind: 'http2' }>;

/** How sessions ended that the server ended: with GOAWAY (RFC 9113, section 6.8), or without a word. */
interface GoawayCounts {
  received: number;
  endedWithout: number;
}

/** HTTP/2 clients, each with a session that it keeps, sending its next request some think time after the last answer. */
export function http2Stream(context: StreamContext, plan: Http2Plan): Stream {
  const countdown = createCountdown(plan.sessions);
  const goaway: GoawayCounts = { received: 0, endedWithout: 0 };
  for (let client = 0; client < plan.sessions; client += 1) {
    new Http2Client(context, plan, goaway, countdown.arrived).next();
  }
  return { established: countdown.done, finish: () => undefined, goaway: () => goaway };
}

class Http2Client {
  readonly #context: StreamContext;
  readonly #plan: Http2Plan;
  readonly #goaway: GoawayCounts;
  readonly #delay = createReconnectDelay();
  readonly #gone: () => boolean;
  #established: (() => void) | undefined;
  #session: Http2Session | undefined;

  constructor(context: StreamContext, plan: Http2Plan, goaway: GoawayCounts, established: () => void) {
    this.#context = context;
    this.#plan = plan;
    this.#goaway = goaway;
    this.#established = established;
    this.#gone = context.routing.client();
  }

  next(): void {
    const context = this.#context;
    if (context.finishing() || this.#gone()) {
      this.#session?.leave();
      return;
    }
    if (this.#session?.usable !== true) this.#session = new Http2Session(context, this.#goaway);
    const exchange = context.ledger.open('http2', pickTemplate(context, this.#plan.templates));
    this.#session.send(exchange, (answered) => {
      if (answered) {
        this.#established?.();
        this.#established = undefined;
        this.#delay.reset();
      }
      const pauseMs = answered ? context.random.next() * 2 * this.#plan.thinkMs : this.#delay.nextMs();
      setTimeout(() => this.next(), pauseMs);
    });
  }
}

class Http2Session {
  readonly #context: StreamContext;
  readonly #session: ClientHttp2Session;
  #answered = 0;
  #goneAway = false;
  #lastStream = Number.POSITIVE_INFINITY;
  #connected = false;
  #left = false;

  constructor(context: StreamContext, goaway: GoawayCounts) {
    this.#context = context;
    this.#session = connect(originOf(context.target), { rejectUnauthorized: false });
    context.meter.opened();
    this.#session.on('connect', () => {
      this.#connected = true;
    });
    this.#session.on('goaway', (_code, lastStream) => {
      if (!this.#goneAway) goaway.received += 1;
      this.#goneAway = true;
      this.#lastStream = lastStream;
    });
    // The verdicts come from the streams; each of them is closed when the session is.
    this.#session.on('error', () => undefined);
    this.#session.on('close', () => {
      context.meter.closed();
      if (this.#connected && !this.#goneAway && !this.#left) goaway.endedWithout += 1;
    });
  }

  get usable(): boolean {
    return !this.#goneAway && !this.#session.closed && !this.#session.destroyed;
  }

  /** Ends the session from the client's side. */
  leave(): void {
    this.#left = true;
    this.#session.close();
  }

  send(exchange: Exchange, over: (answered: boolean) => void): void {
    const {
      method = 'GET',
      path = '/',
      headers = {},
      body = '',
    } = this.#context.templates[exchange.templateIndex] ?? {};
    exchange.reused = this.#answered > 0;
    const stream = this.#session.request(
      {
        ...headers,
        ':method': method,
        ':path': path,
        [requestIdHeader]: formatRequestId(this.#context.worker, exchange.seq),
      },
      { endStream: body === '' },
    );
    if (body !== '') stream.end(body);
    this.#follow(stream, exchange, over);
  }

  #follow(stream: ClientHttp2Stream, exchange: Exchange, over: (answered: boolean) => void): void {
    let ended = false;
    stream.on('response', (headers) => {
      exchange.status = Number(headers[':status']);
      exchange.responseBytes += 1;
      exchange.takeHeaders(Object.keys(headers));
    });
    stream.on('data', (chunk: Buffer) => {
      exchange.responseBytes += chunk.length;
      exchange.takeBody(chunk);
    });
    stream.on('end', () => {
      ended = stream.rstCode === constants.NGHTTP2_NO_ERROR;
    });
    stream.on('error', () => undefined);
    stream.on('close', () => {
      const answered = ended && exchange.status > 0;
      exchange.sent = this.#connected && stream.id !== undefined;
      exchange.excused =
        stream.rstCode === constants.NGHTTP2_REFUSED_STREAM || (stream.id ?? 0) > this.#lastStream;
      exchange.closeAnnounced = this.#goneAway;
      if (answered) this.#answered += 1;
      this.#context.ledger.settle(exchange, answered ? 'complete' : 'closed');
      over(answered);
    });
  }
}
