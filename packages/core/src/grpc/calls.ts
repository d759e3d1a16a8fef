import { StoppingError } from '../errors.js';
import { Farewell, type Guest } from '../farewell/farewell.js';
import type { Clock } from '../ports/clock.js';
import { healthPath } from './health-protocol.js';

/** What an interceptor of `@grpc/grpc-js` hears of a call. */
interface Listener {
  onReceiveMetadata(metadata: object): void;
  onReceiveMessage(message: unknown): void;
  onReceiveHalfClose(): void;
  onCancel(): void;
}

/** What an interceptor is given. */
interface InterceptingCall {
  start(listener: Listener): void;
  sendStatus(status: { readonly code: number; readonly details: string; readonly metadata: null }): void;
}

/** A server interceptor (gRPC proposal L112). */
type Interceptor = (method: { readonly path: string }, call: InterceptingCall) => InterceptingCall;

const unavailable = { code: 14, details: 'server is stopping', metadata: null } as const;

/** Where the metadata of a call, which its interceptors and its handler both have, keeps what is known of it. */
const callKey = Symbol('quiesce.grpc.call');

/** One call, from the head of its request on: one object, because there are thousands in a second. */
class Call implements Guest, Listener {
  readonly name: string;
  readonly sinceMs: number;
  readonly #call: InterceptingCall;
  readonly #ended: (call: Call) => void;
  #listener: Listener | undefined;
  #controller: AbortController | undefined;
  /** Why the signal aborted, or will when somebody asks for it: to make an error takes longer than all the rest. */
  #over: string | undefined;

  constructor(name: string, call: InterceptingCall, sinceMs: number, ended: (call: Call) => void) {
    this.name = name;
    this.sinceMs = sinceMs;
    this.#call = call;
    this.#ended = ended;
    const { start } = call;
    call.start = (listener) => {
      this.#listener = listener;
      Reflect.apply(start, call, [this]);
    };
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#over !== undefined) this.end(this.#over);
    return this.#controller.signal;
  }

  end(why: string): void {
    this.#over ??= why;
    this.#controller?.abort(new StoppingError(this.#over));
  }

  cut(): void {
    this.end('the drain is over');
    this.#call.sendStatus(unavailable);
  }

  onReceiveMetadata(metadata: object): void {
    Reflect.set(metadata, callKey, this);
    this.#listener?.onReceiveMetadata(metadata);
  }

  onReceiveMessage(message: unknown): void {
    this.#listener?.onReceiveMessage(message);
  }

  onReceiveHalfClose(): void {
    this.#listener?.onReceiveHalfClose();
  }

  /** Comes once at the end of each call, however it ended: at the latest with the close of its stream. */
  onCancel(): void {
    this.end('the call is over');
    this.#ended(this);
    this.#listener?.onCancel();
  }
}

/** The calls of one server. Those of the health service are followed apart: they end when the server refuses. */
export class Calls {
  readonly farewell: Farewell<Call>;
  readonly interceptor: Interceptor;
  readonly #health = new Set<Call>();

  constructor(clock: Clock) {
    this.farewell = new Farewell({
      clock,
      tell: (call) => call.end('the server is stopping'),
      cut: (call) => call.cut(),
    });
    const ended = (call: Call): void => this.farewell.left(call);
    const healthEnded = (call: Call): void => void this.#health.delete(call);
    this.interceptor = ({ path }, call) => {
      if (path.startsWith(healthPath)) this.#health.add(new Call(path, call, 0, healthEnded));
      else this.farewell.arrived(new Call(path, call, clock.now(), ended));
      return call;
    };
  }

  signal(metadata: object): AbortSignal {
    const call: unknown = Reflect.get(metadata, callKey);
    return call instanceof Call ? call.signal : AbortSignal.abort(new StoppingError('the call is not known'));
  }

  endHealthCalls(): void {
    for (const call of this.#health) call.cut();
  }
}
