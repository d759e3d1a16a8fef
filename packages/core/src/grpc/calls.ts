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

interface Call extends Guest {
  readonly call: InterceptingCall;
  controller: AbortController | undefined;
  /** Why the signal aborted, or will when somebody asks for it. */
  over: Error | undefined;
}

const unavailable = { code: 14, details: 'server is stopping', metadata: null } as const;

/** The calls of one server. Those of the health service are followed apart: they end when the server refuses. */
export class Calls {
  readonly farewell: Farewell<Call>;
  readonly interceptor: Interceptor;
  readonly #health = new Set<InterceptingCall>();
  /** By the metadata that a call came with: the one object that an interceptor and a handler both have. */
  readonly #byMetadata = new WeakMap<object, Call>();

  constructor(clock: Clock) {
    this.farewell = new Farewell({
      clock,
      tell: (each) => endSignal(each, 'the server is stopping'),
      cut(each) {
        endSignal(each, 'the drain is over');
        each.call.sendStatus(unavailable);
      },
    });
    this.interceptor = ({ path }, call) => {
      if (path.startsWith(healthPath)) {
        this.#health.add(call);
        follow(call, undefined, () => this.#health.delete(call));
        return call;
      }
      const own: Call = { name: path, sinceMs: clock.now(), call, controller: undefined, over: undefined };
      this.farewell.arrived(own);
      follow(
        call,
        (metadata) => this.#byMetadata.set(metadata, own),
        () => {
          endSignal(own, 'the call is over');
          this.farewell.left(own);
        },
      );
      return call;
    };
  }

  signal(metadata: object): AbortSignal {
    const call = this.#byMetadata.get(metadata);
    if (call === undefined) return AbortSignal.abort(new StoppingError('the call is not known'));
    call.controller ??= new AbortController();
    if (call.over !== undefined) call.controller.abort(call.over);
    return call.controller.signal;
  }

  endHealthCalls(): void {
    for (const call of this.#health) call.sendStatus(unavailable);
  }
}

function endSignal(call: Call, why: string): void {
  call.over ??= new StoppingError(why);
  call.controller?.abort(call.over);
}

/** `onCancel` comes once at the end of each call, however it ended: with the close of its stream. */
function follow(
  call: InterceptingCall,
  onMetadata: ((metadata: object) => void) | undefined,
  onEnd: () => void,
): void {
  const start = call.start.bind(call);
  call.start = (listener) =>
    start({
      onReceiveMetadata(metadata) {
        onMetadata?.(metadata);
        listener.onReceiveMetadata(metadata);
      },
      onReceiveMessage: (message) => listener.onReceiveMessage(message),
      onReceiveHalfClose: () => listener.onReceiveHalfClose(),
      onCancel() {
        onEnd();
        listener.onCancel();
      },
    });
}
