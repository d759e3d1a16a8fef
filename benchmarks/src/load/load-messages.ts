import type { LoadShape } from './load-shape.js';
import type { LoadResult } from './request-record.js';

/** Begins the load. */
export interface LoadStart {
  readonly type: 'start';
  readonly port: number;
  readonly seed: number;
  readonly shape: LoadShape;
}

/** What the harness sends to the load generator. */
export type LoadCommand = LoadStart | { readonly type: 'stop' };

/** What the load generator sends to the harness. */
export type LoadReport =
  | { readonly type: 'started' }
  | { readonly type: 'result'; readonly result: LoadResult };
