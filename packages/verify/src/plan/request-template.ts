/** What a request is for. `load` requests make up the closed and open loops. */
export type TemplateRole =
  | 'load'
  | 'upload'
  | 'download'
  | 'long'
  | 'websocket'
  | 'sse'
  | 'ready'
  | 'live'
  | 'durable-write'
  | 'durable-read';

/** The bytes of an answer. */
export interface ExpectedBody {
  readonly crc32: number;
  readonly bytes: number;
  /** Whether another process of the same server has other bytes, so that each run has to ask for them first. */
  readonly perProcess?: true;
}

/** What the baseline showed an answer to look like. */
export interface Expectation {
  /** Every status that was seen before any stop. */
  readonly statuses: readonly number[];
  /** Given when every answer of the baseline had the same bytes. */
  /** Whether every answer carried the marker of its handler; see `servedHeader`, `servedBody`. */
  readonly marked?: boolean;
  readonly body?: ExpectedBody;
}

/** A request that the load sends again and again. */
export interface RequestTemplate {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly role: TemplateRole;
  readonly weight: number;
  readonly expect: Expectation;
}
