import type { Exhibit } from './exhibit.js';
import { createExhibitKeeper } from './exhibit.js';
import { isRed, type ObservedInstants, observeInstants, type StopInstants } from './instants.js';
import { createLatencies, type Latencies } from './latencies.js';
import { type Offence, offenceOf } from './offences.js';
import { readRecords } from './read-records.js';
import type { RequestRecord } from './request-record.js';
import { isLoad } from './streams.js';
import { createTallying, type Tally } from './tally.js';
import type { Verdict } from './verdicts.js';

/** Whether a request's handler ran, as the server says it: by its log, or by a marker in its answers. Undefined: not said. */
export type ServedLookup = (record: RequestRecord) => boolean | undefined;

/** The account of one run: every request has been counted once, whatever became of it. */
export interface RunAccount {
  readonly tally: Tally;
  readonly observed: ObservedInstants;
  readonly offences: Readonly<Record<Offence, number>>;
  /** Load requests without a complete, expected answer before the stop signal. */
  readonly failedBefore: number;
  /** Load requests that had been sent, and not answered, at the moment of the signal. */
  readonly inFlight: number;
  /** Of those, answered in full and as expected. */
  readonly inFlightAnswered: number;
  /** Load requests sent after the signal and answered as expected. */
  readonly answeredAfter: number;
  /** Load requests that ended after the signal in any other way than answered, also those sent to where nobody is any more. */
  readonly unservedAfter: number;
  /** Requests begun well after the server had begun to close connections, and answered without word of it. */
  readonly unannounced: number;
  readonly announced: number;
  /** Load requests refused, turned away, or gone wrong, that were begun within the promised announce time. */
  readonly missedInAnnounce: number;
  readonly liveProbes: { readonly green: number; readonly red: number };
  /** Of the offences: how many handlers ran, by what the server says. Undefined where it was not asked. */
  readonly handlersRan: number | undefined;
  readonly latencies: Latencies;
  readonly exhibits: readonly Exhibit[];
}

/** From here on every answer on a kept connection should carry `Connection: close`. */
const closeSlackUs = 100_000;
/** The server learns of the signal a little later than the judge sends it, and its timers are no better than ours. */
const announceSlackUs = 50_000;
const atTheDoor: ReadonlySet<Verdict> = new Set(['refused', 'turned-away']);

export interface AccountOptions {
  readonly files: readonly string[];
  readonly stop: StopInstants;
  readonly announceMs: number | undefined;
  readonly served: ServedLookup | undefined;
}

/** Reads the logs of one run twice: once for its instants, once to count everything against them. */
export function takeAccount({ files, stop, announceMs, served }: AccountOptions): RunAccount {
  const records = function* (): Generator<RequestRecord> {
    for (const file of files) yield* readRecords(file);
  };
  const observed = observeInstants(records(), stop);
  const tallying = createTallying();
  const latencies = createLatencies(stop.signalUs);
  const exhibits = createExhibitKeeper(stop.signalUs);
  const counts = createCounts(stop, observed, announceMs, served);
  for (const record of records()) {
    tallying.count(record.stream, record.verdict);
    latencies.take(record);
    exhibits.take(record, counts.take(record));
  }
  return {
    tally: tallying.tally(),
    observed,
    ...counts.result(),
    latencies: latencies.result(),
    exhibits: exhibits.exhibits(),
  };
}

type Counts = Omit<RunAccount, 'tally' | 'observed' | 'latencies' | 'exhibits'>;

function createCounts(
  stop: StopInstants,
  observed: ObservedInstants,
  announceMs: number | undefined,
  served: ServedLookup | undefined,
): { take(record: RequestRecord): Offence | undefined; result(): Counts } {
  const offences = { lost: 0, 'reset-reused': 0, 'reset-new': 0, 'closing-race': 0, 'cut-by-judge': 0 };
  const counts = { failedBefore: 0, inFlight: 0, inFlightAnswered: 0, answeredAfter: 0, unservedAfter: 0 };
  const close = { unannounced: 0, announced: 0 };
  const live = { green: 0, red: 0 };
  let missedInAnnounce = 0;
  let handlersRan = 0;
  const closeFromUs = referenceUs(observed) + closeSlackUs;
  const announceEndUs = stop.signalUs + (announceMs ?? 0) * 1_000 - announceSlackUs;

  const takeLoad = (record: RequestRecord): Offence | undefined => {
    const answered = record.verdict === 'answered';
    if (record.endedUs < stop.signalUs) {
      if (!answered) counts.failedBefore += 1;
      return undefined;
    }
    if (record.begunUs < stop.signalUs) {
      counts.inFlight += 1;
      if (answered) counts.inFlightAnswered += 1;
    } else if (answered) counts.answeredAfter += 1;
    if (answered && record.closeAnnounced) close.announced += 1;
    else if (answered && record.stream === 'keep-alive' && record.begunUs > closeFromUs)
      close.unannounced += 1;
    if (!answered && record.verdict !== 'unsent') counts.unservedAfter += 1;
    const ran = served?.(record);
    const offence = offenceOf(record, stop, observed, ran);
    const unserved = atTheDoor.has(record.verdict) || offence === 'reset-new';
    if (unserved && record.begunUs >= stop.signalUs && record.begunUs < announceEndUs) missedInAnnounce += 1;
    if (offence !== undefined) {
      offences[offence] += 1;
      if (ran === true) handlersRan += 1;
    }
    return offence;
  };
  return {
    take(record) {
      if (record.stream === 'live-probe' && record.endedUs >= stop.signalUs) {
        if (record.verdict === 'answered') live.green += 1;
        else if (isRed(record)) live.red += 1;
      }
      return isLoad(record.stream) ? takeLoad(record) : undefined;
    },
    result: () => ({
      offences,
      ...counts,
      ...close,
      missedInAnnounce,
      liveProbes: live,
      handlersRan: served === undefined ? undefined : handlersRan,
    }),
  };
}

/** When the server first showed that it closes: a refused connection, or an answer that announced it. */
function referenceUs({ firstRefusedUs, firstCloseUs }: ObservedInstants): number {
  return Math.min(firstRefusedUs ?? Number.POSITIVE_INFINITY, firstCloseUs ?? Number.POSITIVE_INFINITY);
}
