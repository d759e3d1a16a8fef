import type { ExchangeResult } from '../http1/client-connection.js';

/** Which kind of client sent a request. */
export type RequestKind = 'loop' | 'one-shot' | 'idle' | 'upload' | 'stream' | 'download';

/** A request, and what became of it for its client. */
export interface RequestRecord extends ExchangeResult {
  /** Unique within a run; in the request's query, and so in the handler's log. */
  readonly id: string;
  readonly kind: RequestKind;
}

/** How busy the load generator itself was: when it was the bottleneck, the figures are not the server's. */
export interface GeneratorHealth {
  /** Of one core, 0 to 1. */
  readonly cpuShare: number;
  /** The 99th percentile of how late its event loop was, in milliseconds. */
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
}

/** All that a load generator has seen. */
export interface LoadResult {
  readonly records: readonly RequestRecord[];
  /** Bytes that servers sent without having been asked. */
  readonly strayBytes: number;
  readonly health: GeneratorHealth;
}
