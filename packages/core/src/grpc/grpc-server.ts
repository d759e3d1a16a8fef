import type { Component, StartContext, StopContext } from '../contract/component.js';
import { OptionsError } from '../errors.js';
import { createCondition } from '../http/condition.js';
import { checkAbsent, checkBoolean, checkObject, checkPort, checkText } from '../options/checks.js';
import { type Clock, systemClock } from '../ports/clock.js';
import { Calls } from './calls.js';
import { addHealthService, type GrpcHealth } from './health-service.js';

/** What is needed of a `Server` of `@grpc/grpc-js`. */
export interface GrpcServerLike<Credentials> {
  bindAsync(
    address: string,
    credentials: Credentials,
    callback: (error: Error | null, port: number) => void,
  ): void;
  tryShutdown(callback: (error?: Error) => void): void;
  forceShutdown(): void;
  drain(address: string, graceTimeMs: number): void;
  register(
    path: string,
    handler: (call: never, respond: never) => void,
    serialize: (message: never) => Buffer,
    deserialize: (message: Buffer) => unknown,
    type: string,
  ): boolean;
}

/** Options of {@link grpcServer}. */
export interface GrpcServerOptions<Credentials> {
  /** Where to listen in `start`, such as `0.0.0.0:50051`. */
  readonly address: string;
  readonly credentials: Credentials;
  /** The component's name. @default 'grpc' */
  readonly name?: string;
  /** A health service of yours, or whether one is added. @default true */
  readonly health?: boolean | GrpcHealth;
  /** Whose health is told beside that of the whole server: full names, such as `shop.v1.Orders`. @default [] */
  readonly services?: readonly string[];
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/** What {@link grpcServer} makes. */
export interface GrpcComponent extends Component {
  /** The port that was bound in `start`. */
  readonly port: number | undefined;
  /** For the handler of a call without an end: aborts when the call's turn to end has come, or the call is over. */
  signal(call: { readonly metadata: object }): AbortSignal;
}

const known = {
  address: true,
  credentials: true,
  name: true,
  health: true,
  services: true,
  clock: true,
} as const;

/** How long channels may take to go when no call is left on them, in milliseconds. */
const channelsGoMs = 1_000;

/**
 * Makes a component of a server of `@grpc/grpc-js`, 1.11 or later. What it does in each phase is told in
 * `docs/adapters/grpc.md`.
 *
 * @throws OptionsError
 */
export function grpcServer<Credentials extends object>(
  server: GrpcServerLike<Credentials>,
  options: GrpcServerOptions<Credentials>,
): GrpcComponent {
  checkObject('server', server);
  checkPort('server', server, ['bindAsync', 'tryShutdown', 'forceShutdown', 'drain', 'register']);
  checkObject('options', options);
  checkAbsent(options, known);
  const { address, credentials, name = 'grpc', clock = systemClock } = options;
  checkText('address', address);
  checkText('name', name);
  checkPort('clock', clock, ['now', 'setTimer']);
  checkObject('credentials', credentials);
  checkPort('credentials', credentials, ['_getInterceptors']); // since 1.11
  return new GrpcStop(server, {
    name,
    address,
    credentials,
    clock,
    tellHealth: resolveHealth(server, options),
  });
}

function resolveHealth<Credentials>(
  server: GrpcServerLike<Credentials>,
  { health = true, services = [] }: GrpcServerOptions<Credentials>,
): (status: 'SERVING' | 'NOT_SERVING') => void {
  const all = ['', ...services];
  for (const service of services) checkText('services', service);
  if (typeof health === 'object') checkPort('health', health, ['setStatus']);
  else checkBoolean('health', health);
  if (health === false) return () => {};
  const told = health === true ? addHealthService(server, all) : health;
  if (told === false) {
    throw new OptionsError(
      'health',
      'must be the health service that the server has already, or false',
      health,
    );
  }
  return (status) => {
    for (const service of all) told.setStatus(service, status);
  };
}

interface ResolvedGrpcServerOptions<Credentials> {
  readonly name: string;
  readonly address: string;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly tellHealth: (status: 'SERVING' | 'NOT_SERVING') => void;
}

class GrpcStop<Credentials extends object> implements GrpcComponent {
  readonly name: string;
  port: number | undefined;
  readonly #server: GrpcServerLike<Credentials>;
  readonly #options: ResolvedGrpcServerOptions<Credentials>;
  readonly #calls: Calls;
  readonly #condition = createCondition();
  #isClosed = false;

  constructor(server: GrpcServerLike<Credentials>, options: ResolvedGrpcServerOptions<Credentials>) {
    this.name = options.name;
    this.#server = server;
    this.#options = options;
    this.#calls = new Calls(options.clock);
  }

  signal({ metadata }: { readonly metadata: object }): AbortSignal {
    return this.#calls.signal(metadata);
  }

  start({ signal }: StartContext): Promise<void> {
    const { address, credentials, tellHealth } = this.#options;
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      this.#server.bindAsync(address, this.#intercepted(credentials), (error, port) => {
        if (error === null && !signal.aborted) {
          this.port = port;
          tellHealth('SERVING');
          resolve();
          return;
        }
        this.#server.forceShutdown();
        reject(error ?? (signal.reason as Error));
      });
    });
  }

  announce(): void {
    this.#options.tellHealth('NOT_SERVING');
  }

  refuse(stop: StopContext): void {
    this.announce();
    this.#server.tryShutdown(() => {
      this.#isClosed = true;
      this.#condition.changed();
    });
    this.#calls.endHealthCalls();
    this.#calls.farewell.refuse(stop);
  }

  async drain(stop: StopContext): Promise<void> {
    await this.#calls.farewell.drain(stop);
    await this.#channelsGone(stop);
  }

  async release(stop: StopContext): Promise<void> {
    this.#calls.farewell.end(stop);
    await this.#channelsGone(stop); // with the status of calls that were cut
    this.#server.forceShutdown();
  }

  abort(): void {
    this.#calls.farewell.abort();
    this.#server.forceShutdown();
  }

  pending(): number {
    return this.#calls.farewell.pending;
  }

  /** Every connection that is accepted at this address has the interceptor; the credentials themselves stay as they are. */
  #intercepted(credentials: Credentials): Credentials {
    const { interceptor } = this.#calls;
    return new Proxy(credentials, {
      get(target, key, receiver) {
        const value: unknown = Reflect.get(target, key, receiver);
        if (key !== '_getInterceptors' || typeof value !== 'function') return value;
        return () => [interceptor, ...(Reflect.apply(value, target, []) as readonly unknown[])];
      },
    });
  }

  /**
   * Waits for channels to close by themselves. One that was accepted in the moment of the refusal has not been told: it
   * is closed when the time is over, as is one whose peer no longer reads.
   */
  async #channelsGone({ signal }: StopContext): Promise<void> {
    if (this.#isClosed) return;
    const { address, clock } = this.#options;
    let isOver = false;
    const timer = clock.setTimer(() => {
      isOver = true;
      this.#condition.changed();
    }, channelsGoMs);
    this.#server.drain(address.replace(/:0$/, `:${this.port}`), channelsGoMs);
    await this.#condition.until(() => this.#isClosed || isOver, signal);
    timer.cancel();
  }
}
