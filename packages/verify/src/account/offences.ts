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

/**
 * A request that was cut later than this was not merely in the way when a connection closed. A client that is kept from its
 * processor learns of it late: its own lateness comes on top.
 */
const raceUs = 20_000;
/** The listener closed at most so long before the first refusal: the spacing of new connections, and noise. */
const closingUs = 40_000;
const closingSlackUs = 10_000;
/** So long a connection may have waited in the kernel for a program that was kept from accepting it. */
const unacceptedUs = 120_000;

/**
 * What is held against the server for one request; undefined for those that went as they should. `served` is what the
 * server itself says, where it does: whether the handler ran decides between lost and reset.
 */
export function offenceOf(
  record: RequestRecord,
  stop: StopInstants,
  observed: ObservedInstants,
  served: boolean | undefined,
): Offence | undefined {
  if (!isLoad(record.stream) || record.endedUs < stop.signalUs || record.begunUs >= stop.exitUs)
    return undefined;
  const offence = rawOffence(record, stop, observed, served);
  if (offence === undefined || stop.killedUs === undefined) return offence;
  return record.endedUs >= stop.killedUs ? 'cut-by-judge' : offence;
}

function rawOffence(
  record: RequestRecord,
  stop: StopInstants,
  observed: ObservedInstants,
  served: boolean | undefined,
): Offence | undefined {
  switch (record.verdict) {
    case 'answered':
    case 'refused':
    case 'unsent':
      return undefined;
    case 'turned-away':
      // The work was done, and the client is told to have it done again.
      return record.marked ? 'lost' : undefined;
    case 'truncated':
    case 'wrong':
    case 'timed-out':
      return 'lost';
    case 'reset-reused':
      return (served ?? tookUs(record) >= raceUs + stop.clientsLateUs) ? 'lost' : 'reset-reused';
    case 'reset-new':
      if (served === true) return 'lost';
      if (isClosingRace(record, stop, observed)) return 'closing-race';
      return served === undefined && wasInHand(record, stop, observed) ? 'lost' : 'reset-new';
  }
}

function isClosingRace(record: RequestRecord, stop: StopInstants, observed: ObservedInstants): boolean {
  const lateUs = stop.clientsLateUs;
  if (tookUs(record) >= unacceptedUs + lateUs) return false;
  const closedUs = Math.min(observed.firstRefusedUs ?? Number.POSITIVE_INFINITY, stop.exitUs);
  return (
    record.endedUs >= closedUs - closingUs - lateUs && record.endedUs <= closedUs + closingSlackUs + lateUs
  );
}

/** Whether the server had taken the request, rather than only let its connection in to drop it. */
function wasInHand(record: RequestRecord, stop: StopInstants, observed: ObservedInstants): boolean {
  if (record.begunUs < stop.signalUs) return tookUs(record) >= raceUs + stop.clientsLateUs;
  return (
    tookUs(record) >= unacceptedUs + stop.clientsLateUs &&
    record.begunUs < (observed.firstRefusedUs ?? stop.exitUs)
  );
}

function tookUs({ begunUs, endedUs }: RequestRecord): number {
  return endedUs - begunUs;
}
