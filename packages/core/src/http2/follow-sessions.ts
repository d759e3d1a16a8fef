import type { EventEmitter } from 'node:events';
import type { Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { CutWork } from '../contract/report.js';
import type { Connection, Session } from '../http/connections/connection.js';
import type { ConnectionTable } from '../http/connections/connection-table.js';
import { nameTarget } from '../http/connections/request-name.js';

/** Where a session keeps what is known of it. */
const sessionKey: unique symbol = Symbol('quiesce.http2.session');

/** Where a stream keeps its session, what its request was, and when it came. */
const headersKey: unique symbol = Symbol('quiesce.http2.headers');
const beganKey: unique symbol = Symbol('quiesce.http2.began');
const hostKey: unique symbol = Symbol('quiesce.http2.host');

/** A stream of a session that may be known. */
interface TrackedStream extends ServerHttp2Stream {
  readonly session: TrackedSession | undefined;
  [headersKey]?: IncomingHttpHeaders;
  [beganKey]?: number;
  [hostKey]?: HostedSession;
}

interface TrackedSession extends Http2Session {
  [sessionKey]?: HostedSession;
}

/** Follows the sessions of a server and their streams from now on; the returned function ends it. */
export function followSessions(server: EventEmitter, table: ConnectionTable, now: () => number): () => void {
  const onSession = (session: TrackedSession): void => {
    session[sessionKey] = new HostedSession(session, table, now);
  };
  const onStream = (stream: TrackedStream, headers: IncomingHttpHeaders): void => {
    const session = stream.session?.[sessionKey];
    if (session === undefined) return;
    stream[hostKey] = session; // a stream that is closed has no session any more
    session.began(stream, headers);
    stream.on('close', onStreamClose);
  };
  server.on('session', onSession);
  server.prependListener('stream', onStream); // before its handler, which may end it
  return () => {
    server.off('session', onSession);
    server.off('stream', onStream);
  };
}

const nothing = (): void => {};

/** One listener for all streams. */
function onStreamClose(this: TrackedStream): void {
  this[hostKey]?.ended(this);
}

/** What is known of one session. */
class HostedSession implements Session {
  readonly #session: Http2Session;
  readonly #table: ConnectionTable;
  readonly #now: () => number;
  readonly #connection: Connection;
  readonly #streams = new Set<TrackedStream>();

  constructor(session: Http2Session, table: ConnectionTable, now: () => number) {
    this.#session = session;
    this.#table = table;
    this.#now = now;
    // `session.socket` is a proxy that forbids what would disturb the session; an emitter's own method returns itself.
    const socket: Socket = session.socket.off('close', nothing);
    this.#connection = table.host(socket, this);
  }

  get inFlight(): number {
    return this.#streams.size;
  }

  began(stream: TrackedStream, headers: IncomingHttpHeaders): void {
    stream[headersKey] = headers;
    stream[beganKey] = this.#now();
    this.#streams.add(stream);
    this.#table.sessionRequested();
  }

  ended(stream: TrackedStream): void {
    if (this.#streams.delete(stream)) this.#table.sessionAnswered(this.#connection, 1);
  }

  /**
   * Sends GOAWAY with the last stream that was taken up, on every version of Node.js; those above it were not, so their
   * clients may send them again (RFC 9113, 6.8). Streams in flight go on, and the session ends with the last of them.
   */
  dismiss(): void {
    this.#session.close();
  }

  giveUp(nowMs: number): readonly CutWork[] {
    const cut = Array.from(this.#streams, ({ [headersKey]: headers, [beganKey]: beganAtMs = nowMs }) => ({
      name: nameTarget(headers?.[':method'], headers?.[':path']),
      ageMs: Math.max(0, Math.round(nowMs - beganAtMs)),
    }));
    this.#streams.clear();
    this.#table.sessionAnswered(this.#connection, cut.length);
    return cut;
  }
}
