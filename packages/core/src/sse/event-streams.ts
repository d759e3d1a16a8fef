import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { Component } from '../contract/component.js';
import { OptionsError, StoppingError } from '../errors.js';
import { Farewell, type Guest } from '../farewell/farewell.js';
import { drawRetryMs } from '../farewell/retry-hint.js';
import { nameRequest } from '../http/connections/request-name.js';
import { checkAbsent, checkDuration, checkObject, checkPort, checkText } from '../options/checks.js';
import { type Clock, systemClock } from '../ports/clock.js';

/** Options of {@link eventStreams}. All optional. */
export interface EventStreamsOptions {
  /** The component's name. @default 'event-streams' */
  readonly name?: string;
  /** The name of the final event; no `EventSource` acts on it unless it listens. @default 'end' */
  readonly event?: string;
  /** The final event's `data`, on one line. @default 'server is stopping' */
  readonly data?: string;
  /**
   * After how long an `EventSource` is to reconnect, in milliseconds: the final event's `retry`, between half of it and
   * the whole for each. @default the client's own
   */
  readonly retryMs?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/** Any writable stream; of an HTTP response more is known. */
export interface EndlessResponse {
  readonly req?: IncomingMessage | Http2ServerRequest;
  readonly writableEnded: boolean;
  readonly destroyed: boolean;
  end(last: string | Uint8Array): unknown;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/** Options of {@link EventStreams.open}. All optional. */
export interface OpenStreamOptions {
  /** The request, for a stream that is piped to a response and is none. @default that of the response */
  readonly request?: IncomingMessage | Http2ServerRequest;
  /** What is written last; `false` leaves it to the handler to end the stream. @default the final event */
  readonly final?: string | Uint8Array | false;
}

/** What {@link eventStreams} makes. */
export interface EventStreams extends Component {
  /**
   * Takes in a response without an end, after its head has been written. The signal aborts right before the last event,
   * with a `StoppingError`; or when its client has gone.
   */
  open(response: EndlessResponse, options?: OpenStreamOptions): AbortSignal;
}

interface Stream extends Guest {
  readonly response: EndlessResponse;
  readonly controller: AbortController;
  readonly final: string | Uint8Array | false | undefined;
}

/**
 * Makes a component of all server-sent event streams of a service, and of other responses that do not end by themselves.
 *
 * @throws OptionsError
 */
export function eventStreams(options: EventStreamsOptions = {}): EventStreams {
  const { name, clock, event, data, retryMs } = resolveOptions(options);
  const finalEvent = (): string => {
    const retry = drawRetryMs(retryMs);
    return `event: ${event}\n${retry === undefined ? '' : `retry: ${retry}\n`}data: ${data}\n\n`;
  };
  const gone: unknown = AbortSignal.abort().reason; // one for all: to make an error takes longer than all the rest
  const farewell = new Farewell<Stream>({
    clock,
    tell({ controller, response, final }) {
      controller.abort(new StoppingError('the server is stopping'));
      if (final !== false && !response.writableEnded && !response.destroyed)
        response.end(final ?? finalEvent());
    },
    cut({ controller, response }) {
      controller.abort(new StoppingError('the drain is over'));
      response.destroy();
    },
  });
  return {
    name,
    open(response, { request = response.req, final } = {}) {
      if (response.destroyed) return AbortSignal.abort();
      const controller = new AbortController();
      const path = request === undefined ? 'stream' : nameRequest(request);
      const stream: Stream = {
        response,
        controller,
        final,
        name: path,
        sinceMs: clock.now(),
        socket: request?.socket,
      };
      response.once('close', () => {
        farewell.left(stream);
        controller.abort(gone);
      });
      farewell.arrived(stream);
      return controller.signal;
    },
    refuse: (stop) => farewell.refuse(stop),
    drain: (stop) => farewell.drain(stop),
    release: (stop) => farewell.end(stop),
    abort: () => farewell.abort(),
    pending: () => farewell.pending,
  };
}

const known = { name: true, event: true, data: true, retryMs: true, clock: true } as const;

function resolveOptions(options: EventStreamsOptions): Required<Omit<EventStreamsOptions, 'retryMs'>> & {
  readonly retryMs: number | undefined;
} {
  checkObject('options', options);
  checkAbsent(options, known);
  const { name = 'event-streams', event = 'end', data = 'server is stopping', clock = systemClock } = options;
  checkText('name', name);
  checkPort('clock', clock, ['now', 'setTimer']);
  for (const [option, text] of Object.entries({ event, data })) {
    checkText(option, text);
    if (/[\r\n]/.test(text)) throw new OptionsError(option, 'must be on one line', text);
  }
  return { name, event, data, clock, retryMs: checkDuration('retryMs', options.retryMs) };
}
