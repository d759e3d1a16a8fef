import type { NumberedEvent } from './event-hub.js';

/** How events are written to one kind of stream. */
export interface StreamFormat {
  readonly contentType: string;
  /** Written at the beginning. */
  readonly preamble: string;
  /** Written when nothing else was for a while, so that nobody in between gives the connection up. */
  readonly heartbeat: string;
  /** One event. `id` is undefined for what is not part of the sequence: a snapshot, the report. */
  format(event: Omit<NumberedEvent, 'id'> & { readonly id?: number | undefined }): string;
}

/** One JSON value a line. Blank lines are to be ignored. Source: github.com/ndjson/ndjson-spec, section 3.1. */
export const ndjson: StreamFormat = {
  contentType: 'application/x-ndjson',
  preamble: '',
  heartbeat: '\n',
  format: ({ json }) => `${json}\n`,
};

/** How long a client waits before it connects again, in milliseconds. */
const retryMs = 1_000;

/** Server-sent events. Source: HTML Standard, section 9.2. */
export const serverSentEvents: StreamFormat = {
  contentType: 'text/event-stream',
  preamble: `retry: ${retryMs}\n\n`,
  heartbeat: ':\n\n',
  format: ({ id, type, json }) => `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${json}\n\n`,
};
