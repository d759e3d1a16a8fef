import type { Clock } from '@quiesce/core';
import type { Call, Handler } from '../server/call.js';
import { Problem } from '../server/problem.js';
import { sendText } from '../server/respond.js';
import type { WaitingCallers } from '../stop/waiting-callers.js';
import type { EventHub, NumberedEvent } from './event-hub.js';
import { openEventStream } from './event-stream.js';
import { ndjson, type StreamFormat, serverSentEvents } from './stream-format.js';

/** What streams of events need. */
export interface EventPorts {
  readonly hub: EventHub;
  readonly callers: WaitingCallers;
  readonly clock: Clock;
  readonly maxStreams: number;
  readonly bufferBytes: number;
  /** The service as it is now, in one line of JSON. */
  snapshot(): string;
}

/** A moment from which a stream goes on. */
export interface StreamStart {
  /** The service as it was, in one line of JSON. */
  readonly snapshot: string;
  /** The last event before it. */
  readonly eventId: number;
}

/** Streams of events, as many as there may be. */
export interface EventStreams {
  /** Whether one more may be opened. */
  readonly hasRoom: boolean;
  /** This moment. */
  mark(): StreamStart;
  /** Follows the service for one caller: a snapshot, what has happened since, what happens from now on, the report. */
  open(call: Call, format: StreamFormat, start: StreamStart): void;
}

/** Creates what opens streams of events, and counts them. */
export function createEventStreams(ports: EventPorts): EventStreams {
  const { hub, callers, clock, bufferBytes } = ports;
  let count = 0;
  return {
    get hasRoom() {
      return count < ports.maxStreams;
    },
    mark: () => ({ snapshot: ports.snapshot(), eventId: hub.lastId }),
    open({ response }, format, { snapshot, eventId }) {
      if (response.destroyed) return;
      count += 1;
      const closed = (): void => {
        count -= 1;
        unfollow();
      };
      const stream = openEventStream(response, { format, clock, bufferBytes, closed });
      const write = (event: NumberedEvent): void => stream.write(format.format(event));
      stream.write(format.format({ type: 'status', json: `{"type":"status","status":${snapshot}}` }));
      for (const event of hub.since(eventId) ?? []) write(event);
      const unfollow = hub.follow(write);
      callers.add(response, ({ json }) => {
        stream.end(format.format({ type: 'report', json: `{"type":"report","report":${json}}` }));
      });
    },
  };
}

/** Creates the handler of the route that streams events. */
export function createEventsHandler(streams: EventStreams, maxStreams: number): Handler {
  return (call) => {
    if (call.method === 'HEAD') {
      sendText(call.response, 200, serverSentEvents.contentType, '');
      return;
    }
    if (!streams.hasRoom) {
      throw new Problem('too-many-streams', `there are ${maxStreams} already`, {
        headers: { 'Retry-After': 5 },
      });
    }
    const wantsLines = call.request.headers.accept?.includes(ndjson.contentType) === true;
    const now = streams.mark();
    const start = { ...now, eventId: lastEventId(call) ?? now.eventId };
    streams.open(call, wantsLines ? ndjson : serverSentEvents, start);
  };
}

/** The last event a client had before it connected again. Source: HTML Standard, section 9.2.4. */
function lastEventId({ request }: Call): number | undefined {
  const id = request.headers['last-event-id'];
  return typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}
