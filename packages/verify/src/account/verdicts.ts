/**
 * What became of one request. Every request that was planned has exactly one of these.
 *
 * - `answered`: a complete answer, as in the baseline (status, and every byte where the baseline's bytes were stable).
 * - `refused`: it was never accepted, and the client can know that: connection refused, closed before a byte was sent, or
 *   closed after the server had said it would (`Connection: close`, GOAWAY). Safe to send again elsewhere.
 * - `turned-away`: a complete answer 503 or 429, where the baseline has another.
 * - `wrong`: a complete answer that differs from the baseline's.
 * - `reset-new`, `reset-reused`: sent on a new or a reused connection, which ended without a byte of an answer. The
 *   client cannot know whether the server did the work.
 * - `truncated`: the answer began and did not end.
 * - `timed-out`: no complete answer while the judge waited, on a connection that stayed open.
 * - `unsent`: planned, but the run ended (or the client was full) before it was sent.
 */
export const verdicts = [
  'answered',
  'refused',
  'turned-away',
  'wrong',
  'reset-new',
  'reset-reused',
  'truncated',
  'timed-out',
  'unsent',
] as const;

export type Verdict = (typeof verdicts)[number];

/** What a client saw of one request: all that the verdict may rest on. */
export interface ExchangeEvidence {
  /** Whether the connection had carried an answered request before. */
  readonly reused: boolean;
  /** Whether any byte of the request was handed to an established connection. */
  readonly sent: boolean;
  /** Whether the server had announced, before this request's turn, that it would not serve it on this connection. */
  readonly excused: boolean;
  readonly responseBytes: number;
  /** Whether the answer came to its end by its own framing. */
  readonly complete: boolean;
  /** The answer's status; 0 when none came. */
  readonly status: number;
  /** Whether status and body are as in the baseline. */
  readonly asExpected: boolean;
  /** Who ended it: the answer, the connection, or the judge's patience. */
  readonly end: 'complete' | 'closed' | 'timeout';
}

const turnedAwayStatuses: ReadonlySet<number> = new Set([429, 503]);

/** The one verdict of a request. Total: any evidence has one. */
export function verdictOf(evidence: ExchangeEvidence): Verdict {
  if (evidence.complete) return verdictOfAnswer(evidence);
  if (evidence.end === 'timeout') return evidence.sent ? 'timed-out' : 'unsent';
  if (evidence.responseBytes > 0) return 'truncated';
  if (!evidence.sent || evidence.excused) return 'refused';
  return evidence.reused ? 'reset-reused' : 'reset-new';
}

function verdictOfAnswer({ asExpected, status }: ExchangeEvidence): Verdict {
  if (asExpected) return 'answered';
  return turnedAwayStatuses.has(status) ? 'turned-away' : 'wrong';
}
