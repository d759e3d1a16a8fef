import type { HeldKind } from '../account/streams.js';
import type { ServedMarker } from '../options/served-marker.js';
import type { RequestTemplate } from '../plan/request-template.js';

/** Where the server under test is reached. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** The name that it goes by, where `host` is the address that the name stands for. */
  readonly name?: string;
}

/** `host:port`, as it stands in URLs and in `Host` headers. */
export function authorityOf({ host, port, tls, name = host }: Target): string {
  const text = name.includes(':') ? `[${name}]` : name;
  return port === (tls ? 443 : 80) ? text : `${text}:${port}`;
}

/** The URL of the server. */
export function originOf(target: Target): string {
  return `${target.tls ? 'https' : 'http'}://${authorityOf(target)}`;
}

/** One stream of load, as data. Templates are indexes into the assignment's list. */
export type StreamPlan =
  | {
      readonly kind: 'keep-alive';
      readonly connections: number;
      readonly thinkMs: number;
      readonly templates: readonly number[];
    }
  | { readonly kind: 'new'; readonly perSecond: number; readonly templates: readonly number[] }
  | {
      readonly kind: 'pipelined';
      readonly connections: number;
      readonly depth: number;
      readonly thinkMs: number;
      readonly template: number;
    }
  | {
      readonly kind: 'upload';
      readonly connections: number;
      readonly bytes: number;
      readonly overMs: number;
      readonly template: number;
    }
  | {
      readonly kind: 'download';
      readonly connections: number;
      readonly overMs: number;
      readonly template: number;
    }
  | {
      readonly kind: 'stuck';
      readonly connections: number;
      /** Whether the request is sent whole (its answer takes for ever), or half of its body is never sent. */
      readonly whole: boolean;
      readonly template: number;
    }
  | {
      readonly kind: 'held';
      readonly held: HeldKind;
      readonly connections: number;
      readonly template: number;
    }
  | {
      readonly kind: 'ready-probe' | 'live-probe';
      readonly everyMs: number;
      readonly template: number;
    }
  | {
      readonly kind: 'durable';
      readonly connections: number;
      readonly template: number;
      readonly prefix: string;
    }
  | {
      readonly kind: 'http2';
      readonly sessions: number;
      readonly thinkMs: number;
      readonly templates: readonly number[];
    }
  | { readonly kind: 'websocket' | 'sse'; readonly connections: number; readonly template: number };

/** What one load process is told to do in one run. */
export interface LoadAssignment {
  readonly worker: number;
  /** The run's zero of time: `process.hrtime.bigint()` of the judge, as a string; CLOCK_MONOTONIC is the machine's. */
  readonly epochNs: string;
  readonly seed: string;
  readonly target: Target;
  readonly templates: readonly RequestTemplate[];
  readonly streams: readonly StreamPlan[];
  /** By which answers show that the handler ran. */
  readonly marker: ServedMarker | undefined;
  readonly logFile: string;
  /** How long a request may go unanswered before it is `timed-out`. */
  readonly requestTimeoutMs: number;
}

/** How a connection that was held, or an event stream, came to its end. */
export interface HeldObservation {
  readonly kind: HeldKind | 'websocket' | 'sse';
  readonly openedUs: number;
  /** Undefined: still open when the run ended. */
  readonly closedUs: number | undefined;
  readonly how: 'open' | 'closed' | 'reset' | 'refused' | 'ended-in-order';
  /** The WebSocket close code, when one came. */
  readonly code?: number;
}

/** How well the load process itself kept up. */
export interface ClientHealth {
  /** The share of time its event loop was busy, 0 to 1. */
  readonly utilization: number;
  /** How late requests of the open-loop streams were sent, 99th percentile. */
  readonly latenessP99Ms: number;
  readonly latenessMaxMs: number;
  /** The most memory that it ever had resident. */
  readonly peakMemoryBytes: number;
}

/** Durable writes that the server acknowledged: how many, and the ids of the last of them. */
export interface Acknowledged {
  readonly count: number;
  readonly lastIds: readonly string[];
}

/** A point of the plot of open connections. */
export type ConnectionSample = readonly [atUs: number, open: number];

/** What a load process hands back, beside its log. */
export interface LoadResult {
  readonly worker: number;
  /** Requests opened in the ledger; the log holds as many records. */
  readonly requests: number;
  readonly held: readonly HeldObservation[];
  readonly connections: readonly ConnectionSample[];
  readonly acknowledged: Acknowledged;
  /** HTTP/2 sessions that received GOAWAY, of those that the server ended. */
  readonly goaway: { readonly received: number; readonly endedWithout: number };
  readonly health: ClientHealth;
}

export type ToLoadProcess =
  | { readonly type: 'begin'; readonly assignment: LoadAssignment }
  | { readonly type: 'withdraw'; readonly medianMs: number }
  | { readonly type: 'finish'; readonly graceMs: number };

export type FromLoadProcess =
  | { readonly type: 'established' }
  | { readonly type: 'done'; readonly result: LoadResult }
  | { readonly type: 'failed'; readonly message: string };
