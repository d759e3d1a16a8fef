import { unlessAborted } from '../consumers/unless-aborted.js';
import type { Component, StartContext, StopContext } from '../contract/component.js';
import { createCondition } from '../http/condition.js';
import {
  checkAbsent,
  checkBoolean,
  checkDuration,
  checkObject,
  checkPort,
  checkText,
} from '../options/checks.js';
import { type Clock, systemClock } from '../ports/clock.js';
import type { NatsClient } from './client.js';

/** Options of {@link natsConnection}. All optional. */
export interface NatsConnectionOptions {
  /** The component's name. @default 'nats' */
  readonly name?: string;
  /** Whether to go to another server of the cluster when this one says that it is about to stop. @default true */
  readonly leaveLameDuck?: boolean;
  /** How long going there may wait for requests in flight, and then for the connection, in milliseconds. @default 5_000 */
  readonly leaveWithinMs?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/** What pauses while a connection goes to another server. */
export interface Traveller {
  /** Settles when nothing comes over the old connection any more. */
  pause(): Promise<void>;
  /** The connection is another one. */
  resume(): Promise<void>;
}

/** A connection as a component; see `docs/adapters/nats.md`. */
export interface NatsConnection extends Component {
  /**
   * Sends a request, or publishes and waits for the acknowledgement: while the connection is away or going elsewhere it waits,
   * and both the stop and going elsewhere wait for it.
   */
  run<Value>(request: () => Promise<Value>): Promise<Value>;
  /** Sends something that nobody answers: at once, or when the connection is back. */
  send(act: () => void): void | Promise<void>;
  /** Lets somebody pause while the connection goes elsewhere, until the returned function is called. */
  travelWith(traveller: Traveller): () => void;
}

/**
 * Makes a component of a NATS connection: flushed and closed after everything that depends on it has ended.
 * @throws OptionsError
 */
export function natsConnection(client: NatsClient, options: NatsConnectionOptions = {}): NatsConnection {
  checkPort('client', client, ['status', 'flush', 'drain', 'close', 'closed', 'reconnect']);
  checkObject('options', options);
  checkAbsent(options, { name: true, leaveLameDuck: true, leaveWithinMs: true, clock: true });
  const { name = 'nats', leaveLameDuck = true, clock = systemClock } = options;
  checkText('name', name);
  checkBoolean('leaveLameDuck', leaveLameDuck);
  checkPort('clock', clock, ['now', 'setTimer']);
  const leaveWithinMs = checkDuration('leaveWithinMs', options.leaveWithinMs) ?? 5_000;
  return new ConnectionComponent(client, { name, leaveLameDuck, leaveWithinMs, clock });
}

class ConnectionComponent implements NatsConnection {
  readonly name: string;
  readonly #client: NatsClient;
  readonly #options: Required<NatsConnectionOptions>;
  readonly #travellers = new Set<Traveller>();
  readonly #condition = createCondition();
  readonly #stopped = new AbortController();
  readonly #requests = new Set<{ readonly sinceMs: number }>();
  #isAway = false;
  #isLeaving = false;

  constructor(client: NatsClient, options: Required<NatsConnectionOptions>) {
    this.name = options.name;
    this.#client = client;
    this.#options = options;
  }

  start({ fail }: StartContext): void {
    void this.#watch();
    void this.#client.closed().then((error) => {
      if (!this.#stopped.signal.aborted) fail(error ?? new Error('the connection to NATS was closed'));
    });
  }

  async run<Value>(request: () => Promise<Value>): Promise<Value> {
    if (this.#isAway || this.#isLeaving) await this.#here();
    const entry = { sinceMs: this.#options.clock.now() };
    this.#requests.add(entry);
    try {
      return await request();
    } finally {
      this.#requests.delete(entry);
      this.#condition.changed();
    }
  }

  send(act: () => void): void | Promise<void> {
    // What is sent while there is no connection, the client forgets when it has connected again.
    if (this.#isAway) return this.#here().then(act);
    act();
  }

  travelWith(traveller: Traveller): () => void {
    this.#travellers.add(traveller);
    return () => this.#travellers.delete(traveller);
  }

  refuse(stop: StopContext): void {
    stop.cut.addEventListener('abort', () => this.#cut(stop));
  }

  async drain(stop: StopContext): Promise<void> {
    await this.#condition.until(() => this.#requests.size === 0, stop.signal);
    if (stop.signal.aborted) this.#cut(stop);
  }

  async release(stop: StopContext): Promise<void> {
    this.#cut(stop);
    const { signal } = stop;
    const client = this.#client;
    if (!client.isClosed() && !client.isDraining()) {
      // Drains what subscriptions there are, flushes and closes; nothing of that happens while the server is away.
      const isDrained = !this.#isAway && (await unlessAborted(signal, client.drain()));
      if (!isDrained) await client.close();
    }
    await unlessAborted(signal, client.closed());
  }

  pending(): number {
    return this.#requests.size;
  }

  /** Nobody is waited for any more. */
  #cut(stop: StopContext): void {
    this.#stopped.abort();
    const nowMs = this.#options.clock.now();
    const cut = [...this.#requests].map(({ sinceMs }) => ({ name: 'request', ageMs: nowMs - sinceMs }));
    this.#requests.clear();
    if (cut.length > 0) stop.account({ cut });
  }

  #here(): Promise<void> {
    return this.#condition.until(() => !this.#isAway && !this.#isLeaving, this.#stopped.signal);
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.#client.status()) {
      if (type === 'disconnect') this.#isAway = true;
      if (type === 'reconnect') this.#isAway = false;
      if (type === 'ldm' && this.#options.leaveLameDuck) void this.#leave();
      this.#condition.changed();
    }
  }

  /**
   * A client that stays with a server in lame-duck mode until it is closed loses one acknowledgement in flight each time,
   * and waits out its time-out. Of a server without others there is nowhere to go to.
   */
  async #leave(): Promise<void> {
    if (this.#isLeaving || (this.#client.info?.connect_urls?.length ?? 0) === 0) return;
    this.#isLeaving = true;
    const travellers = [...this.#travellers];
    await this.#inTime(async (signal) => {
      await Promise.allSettled(travellers.map((traveller) => traveller.pause()));
      await this.#condition.until(() => this.#requests.size === 0, signal);
      await this.#client.flush();
    });
    if (!this.#stopped.signal.aborted && !this.#client.isClosed()) {
      // `reconnect()` resolves before the connection is there: what counts is the status that follows.
      this.#isAway = true;
      await this.#client.reconnect();
      await this.#inTime((signal) => this.#condition.until(() => !this.#isAway, signal));
    }
    this.#isLeaving = false;
    this.#condition.changed();
    await Promise.allSettled(travellers.map((traveller) => traveller.resume()));
  }

  async #inTime(act: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const late = new AbortController();
    const timer = this.#options.clock.setTimer(() => late.abort(), this.#options.leaveWithinMs);
    const signal = AbortSignal.any([late.signal, this.#stopped.signal]);
    await unlessAborted(signal, act(signal)).catch(() => undefined);
    timer.cancel();
  }
}
