import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '@quiesce/core';
import { beginStream } from '../server/respond.js';
import type { StreamFormat } from './stream-format.js';

/** An answer that goes on until the end of the stop. */
export interface EventStream {
  /** Writes soon, together with what else comes in the same turn of the event loop. */
  write(text: string): void;
  /** Writes what is left and ends the answer. */
  end(text: string): void;
}

/** What a stream is made with. */
export interface EventStreamOptions {
  readonly format: StreamFormat;
  readonly clock: Clock;
  /** What may wait to be read, in bytes; then the reader is cut. */
  readonly bufferBytes: number;
  /** The reader has gone. */
  closed(): void;
}

const heartbeatMs = 15_000;

/** Begins an answer as a stream of events. */
export function openEventStream(response: ServerResponse, options: EventStreamOptions): EventStream {
  const { format, clock, bufferBytes } = options;
  let waiting = format.preamble;
  let isScheduled = false;
  let heartbeat: Timer;

  const flush = (): void => {
    isScheduled = false;
    if (waiting === '' || response.destroyed) return;
    response.write(waiting);
    waiting = '';
    if (response.writableLength > bufferBytes) response.destroy();
  };
  const beat = (): void => {
    write(format.heartbeat);
    heartbeat = clock.setTimer(beat, heartbeatMs);
  };
  const write = (text: string): void => {
    waiting += text;
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(flush);
  };

  beginStream(response, format.contentType);
  heartbeat = clock.setTimer(beat, heartbeatMs);
  response.once('close', () => {
    heartbeat.cancel();
    options.closed();
  });
  return {
    write,
    end(text) {
      heartbeat.cancel();
      response.end(waiting + text);
      waiting = '';
    },
  };
}
