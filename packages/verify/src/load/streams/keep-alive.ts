import type { StreamPlan } from '../assignment.js';
import { Http1Connection } from '../http1/connection.js';
import { createReconnectDelay } from './reconnect-delay.js';
import { createCountdown, pickTemplate, requestBytes, type Stream, type StreamContext } from './stream.js';

type KeepAlivePlan = Extract<StreamPlan, { kind: 'keep-alive' }>;

/** A closed loop: clients that keep one connection each, and send some think time after the last answer. */
export function keepAliveStream(context: StreamContext, plan: KeepAlivePlan): Stream {
  const countdown = createCountdown(plan.connections);
  for (let client = 0; client < plan.connections; client += 1) {
    new KeepAliveClient(context, plan, countdown.arrived).next();
  }
  return { established: countdown.done, finish: () => undefined };
}

class KeepAliveClient {
  readonly #context: StreamContext;
  readonly #plan: KeepAlivePlan;
  readonly #delay = createReconnectDelay();
  #established: (() => void) | undefined;
  #connection: Http1Connection | undefined;
  #waiting = false;
  readonly #gone: () => boolean;

  constructor(context: StreamContext, plan: KeepAlivePlan, established: () => void) {
    this.#context = context;
    this.#plan = plan;
    this.#established = established;
    this.#gone = context.routing.client();
  }

  next(): void {
    const context = this.#context;
    if (context.finishing()) return;
    if (this.#gone()) {
      this.#connection?.destroy();
      return;
    }
    if (this.#connection?.usable !== true) this.#connection = this.#connect();
    this.#waiting = true;
    const exchange = context.ledger.open('keep-alive', pickTemplate(context, this.#plan.templates));
    this.#connection.send(exchange, requestBytes(context, exchange));
  }

  #connect(): Http1Connection {
    const connection = new Http1Connection(this.#context, {
      answered: () => this.#answered(connection),
      closed: () => {
        if (this.#connection !== connection) return;
        this.#connection = undefined;
        // With nothing waiting, the think time that runs already opens the next connection.
        if (this.#waiting) this.#later(this.#delay.nextMs());
      },
    });
    return connection;
  }

  #answered(connection: Http1Connection): void {
    this.#waiting = false;
    this.#delay.reset();
    this.#established?.();
    this.#established = undefined;
    if (!connection.usable) {
      this.#connection = undefined;
      connection.destroy();
    }
    this.#later(this.#context.random.next() * 2 * this.#plan.thinkMs);
  }

  #later(ms: number): void {
    if (ms < 0.5) queueMicrotask(() => this.next());
    else setTimeout(() => this.next(), ms);
  }
}
