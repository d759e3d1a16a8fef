import type { ObservedInstants, StopInstants } from './instants.js';
import type { RequestRecord } from './request-record.js';
import { isLoad } from './streams.js';

/**
 * What a request that went wrong is counted as.
 *
 * - `lost`: the server had it in hand (an answer that began, that is wrong, that never came; a connection cut while
 *   the request had been there for a while).
 * - `reset-reused`, `reset-new`: the connection ended at once, without an answer; the client cannot know.
 * - `closing-race`: `reset-new` at the very moment when the listener closed. The kernel resets what it had accepted and
 *   the program had not; no portable server can prevent it. Reported, and held against nobody.
 * - `cut-by-judge`: what SIGKILL at the deadline cut; the server is accused of not ending, not of this.
 */
export type Offence = 'lost' | 'reset-reused' | 'reset-new' | 'closing-race' | 'cut-by-judge';

/** A request that was cut later than this was not merely in the way when a connection closed. */
const raceUs = 20_000;
/** How far before the first refusal the closing of a listener can lie: the spacing of new connections, and noise. */
const closingUs = 60_000;
const closingSlackUs = 10_000;

/** What is held against the server for one request; undefined for those that went as they should. */
export function offenceOf(
  record: RequestRecord,
  stop: StopInstants,
  observed: ObservedInstants,
): Offence | undefined {
  if (!isLoad(record.stream) || record.endedUs < stop.signalUs || record.begunUs >= stop.exitUs) return undefined;
  const offence = rawOffence(record, stop, observed);
  if (offence === undefined || stop.killedUs === undefined) return offence;
  return record.endedUs >= stop.killedUs ? 'cut-by-judge' : offence;
}

function rawOffence(
  record: RequestRecord,
  stop: StopInstants,
  observed: ObservedInstants,
): Offence | undefined {
  const tookUs = record.endedUs - record.begunUs;
  switch (record.verdict) {
    case 'answered':
    case 'refused':
    case 'turned-away':
    case 'unsent':
      return undefined;
    case 'truncated':
    case 'wrong':
    case 'timed-out':
      return 'lost';
    case 'reset-reused':
      return tookUs < raceUs ? 'reset-reused' : 'lost';
    case 'reset-new':
      if (isClosingRace(record, stop, observed)) return 'closing-race';
      return wasInHand(record, stop, observed) ? 'lost' : 'reset-new';
  }
}

function isClosingRace(record: RequestRecord, stop: StopInstants, observed: ObservedInstants): boolean {
  if (record.endedUs - record.begunUs >= closingUs || record.begunUs < stop.signalUs) return false;
  const closedUs = Math.min(observed.firstRefusedUs ?? Number.POSITIVE_INFINITY, stop.exitUs);
  return record.endedUs >= closedUs - closingUs && record.endedUs <= closedUs + closingSlackUs;
}

/** Whether the server had taken the request, rather than only let its connection in to drop it. */
function wasInHand(record: RequestRecord, stop: StopInstants, observed: ObservedInstants): boolean {
  const tookUs = record.endedUs - record.begunUs;
  if (record.begunUs < stop.signalUs) return tookUs >= raceUs;
  return tookUs >= closingUs && record.begunUs < (observed.firstRefusedUs ?? stop.exitUs);
}
