import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClientConnection, type Exchange, type ExchangeResult } from '../http1/client-connection.js';
import { createRandom, deriveSeed, type Random } from '../statistics/seeded-random.js';
import type { RequestKind, RequestRecord } from './request-record.js';

/** What all clients of a run share: the server, the seed, and the account of every request. */
export class LoadSession {
  readonly records: RequestRecord[] = [];
  readonly #port: number;
  readonly #seed: number;
  readonly #connections = new Set<ClientConnection>();
  readonly #ended = new AbortController();
  #requests = 0;
  #strayBytes = 0;

  constructor(port: number, seed: number) {
    this.#port = port;
    this.#seed = seed;
    // Each client that pauses listens.
    setMaxListeners(0, this.#ended.signal);
  }

  /** Whether clients still send requests. */
  get issuing(): boolean {
    return !this.#ended.signal.aborted;
  }

  get strayBytes(): number {
    return [...this.#connections].reduce((sum, connection) => sum + connection.strayBytes, this.#strayBytes);
  }

  /** A stream of random numbers of its own for each client. */
  random(name: string): Random {
    return createRandom(deriveSeed(this.#seed, name));
  }

  connect(): ClientConnection {
    const connection = new ClientConnection(this.#port);
    this.#connections.add(connection);
    return connection;
  }

  /** Forgets a connection that carries nothing any more. */
  release(connection: ClientConnection): void {
    connection.end();
    this.#strayBytes += connection.strayBytes;
    this.#connections.delete(connection);
  }

  /** Sends one request on a connection, and records what became of it. */
  async request(
    connection: ClientConnection,
    kind: RequestKind,
    createExchange: (id: string) => Exchange,
  ): Promise<ExchangeResult> {
    this.#requests += 1;
    const id = `${kind}-${this.#requests}`;
    const result = await connection.exchange(createExchange(id));
    this.records.push({ id, kind, ...result });
    return result;
  }

  /** Waits, but no longer than requests are sent. */
  async pause(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.#ended.signal });
    } catch {
      // The end of the run is what was waited for, too.
    }
  }

  /** No client sends a request any more. */
  stopIssuing(): void {
    this.#ended.abort();
  }

  /** Gives up every request that has no answer yet. */
  abandon(): void {
    for (const connection of this.#connections) {
      connection.abandon();
    }
  }

  /** How many requests were begun. */
  get requests(): number {
    return this.#requests;
  }
}
