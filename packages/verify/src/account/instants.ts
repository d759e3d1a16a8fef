import type { RequestRecord } from './request-record.js';
import { isLoad } from './streams.js';

/** The instants of one run that the clauses are about; microseconds since the run's epoch. */
export interface StopInstants {
  readonly signalUs: number;
  /** When the main process had ended. */
  readonly exitUs: number;
  /** When the judge sent SIGKILL, if it had to. */
  readonly killedUs: number | undefined;
  /** How late the clients themselves were, by the 99th percentile: what they saw may have happened so much earlier. */
  readonly clientsLateUs: number;
}

/** What the requests show of how the stop went. All after the signal; undefined: never. */
export interface ObservedInstants {
  /** The first load request that was refused. */
  readonly firstRefusedUs: number | undefined;
  /** The first that was turned away with 503 or 429. */
  readonly firstTurnedAwayUs: number | undefined;
  /** The first that was begun on a new connection after the signal, and reset there. */
  readonly firstDroppedUs: number | undefined;
  /** The first answer that said that its connection closes. */
  readonly firstCloseUs: number | undefined;
  readonly lastAnsweredUs: number | undefined;
  /** The first readiness probe that was answered, and not with an expected status. */
  readonly firstRedUs: number | undefined;
  /** When the last readiness probe was sent that was answered as before the stop. */
  readonly lastGreenUs: number | undefined;
}

/** Goes through the records once. */
export function observeInstants(
  records: Iterable<RequestRecord>,
  { signalUs }: StopInstants,
): ObservedInstants {
  const seen: { -readonly [Name in keyof ObservedInstants]: number | undefined } = {
    firstRefusedUs: undefined,
    firstTurnedAwayUs: undefined,
    firstDroppedUs: undefined,
    firstCloseUs: undefined,
    lastAnsweredUs: undefined,
    firstRedUs: undefined,
    lastGreenUs: undefined,
  };
  for (const record of records) {
    const { stream, verdict, begunUs, endedUs } = record;
    if (endedUs < signalUs) continue;
    if (stream === 'ready-probe') {
      if (isRed(record)) seen.firstRedUs = least(seen.firstRedUs, endedUs);
      if (verdict === 'answered' && begunUs >= signalUs)
        seen.lastGreenUs = Math.max(seen.lastGreenUs ?? 0, begunUs);
    }
    if (!isLoad(stream)) continue;
    if (verdict === 'refused' && !record.sent) seen.firstRefusedUs = least(seen.firstRefusedUs, endedUs);
    if (verdict === 'reset-new' && begunUs > signalUs)
      seen.firstDroppedUs = least(seen.firstDroppedUs, endedUs);
    if (verdict === 'turned-away') seen.firstTurnedAwayUs = least(seen.firstTurnedAwayUs, endedUs);
    if (verdict === 'answered') {
      seen.lastAnsweredUs = Math.max(seen.lastAnsweredUs ?? 0, endedUs);
      if (record.closeAnnounced) seen.firstCloseUs = least(seen.firstCloseUs, endedUs);
    }
  }
  return seen;
}

/**
 * When clients could first notice that a server stops, of which nobody has told when it was stopped: a request that was not
 * answered as before, a red probe, or word that a connection closes, where it had been kept before.
 */
export function findFirstSign(records: Iterable<RequestRecord>, notBeforeUs: number): number | undefined {
  let first: number | undefined;
  let kept = false;
  for (const record of records) {
    const { stream, verdict, endedUs, closeAnnounced } = record;
    const answered = verdict === 'answered';
    if (stream === 'keep-alive' && answered && !closeAnnounced) kept = true;
    if (endedUs < notBeforeUs || verdict === 'unsent' || stream === 'stuck') continue;
    if (!answered || (closeAnnounced && kept && isLoad(stream))) first = least(first, endedUs);
  }
  return first;
}

/** A probe that was answered, and not as before the stop. A refused probe is no answer. */
export function isRed({ verdict }: RequestRecord): boolean {
  return verdict === 'wrong' || verdict === 'turned-away';
}

function least(before: number | undefined, now: number): number {
  return before === undefined || now < before ? now : before;
}
