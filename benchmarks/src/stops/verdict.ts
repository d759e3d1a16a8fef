import type { RequestRecord } from '../load/request-record.js';

/** What became of a request, seen from both sides. Every request has exactly one. */
export type Verdict =
  /** Answered, and every byte of the answer is right. */
  | 'answered'
  /** Answered 503, and the handler never ran. */
  | 'unavailable'
  /** Another complete answer, and the handler never ran. */
  | 'other-answer'
  /** The connection was refused: nothing was accepted, the client may safely go elsewhere. */
  | 'refused'
  /** The handler ran, and the client has no full answer. */
  | 'lost'
  /** The connection ended without an answer, it had carried one before, and the handler never ran: the client can't know. */
  | 'reset-reused'
  /** The same on a new connection. */
  | 'reset-new'
  /** No answer when the run ended. */
  | 'timed-out'
  /** The client could not send it. */
  | 'never-sent';

/** All verdicts, in the order of the tables. */
export const VERDICTS: readonly Verdict[] = [
  'answered',
  'unavailable',
  'other-answer',
  'refused',
  'lost',
  'reset-reused',
  'reset-new',
  'timed-out',
  'never-sent',
];

/**
 * Judges one request.
 * @param ran whether the server's own log says that its handler ran for it
 */
export function judge(record: RequestRecord, ran: boolean): Verdict {
  switch (record.ending) {
    case 'answered':
      if (record.status === 200 && record.exact) {
        return 'answered';
      }
      if (ran) {
        return 'lost';
      }
      return record.status === 503 ? 'unavailable' : 'other-answer';
    case 'malformed':
      return ran ? 'lost' : 'other-answer';
    case 'cut':
      if (ran) {
        return 'lost';
      }
      return record.reused ? 'reset-reused' : 'reset-new';
    case 'refused':
      return 'refused';
    case 'open':
      return 'timed-out';
    case 'unsent':
      return 'never-sent';
  }
}
