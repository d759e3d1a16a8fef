import type { Offence } from './offences.js';
import type { RequestRecord } from './request-record.js';
import type { StreamKind } from './streams.js';
import type { Verdict } from './verdicts.js';

/** One request, kept to be shown. Times in milliseconds from the stop signal. */
export interface Exhibit {
  readonly id: string;
  readonly stream: StreamKind;
  readonly verdict: Verdict;
  readonly offence?: Offence;
  readonly fromMs: number;
  readonly toMs: number;
  readonly status: number;
}

const mostOffences = 150;
const mostOthers = 350;
/** The part of a run that is shown begins so long before the signal. */
const shownBeforeUs = 400_000;

/**
 * Keeps a bounded part of a run to be shown: what went wrong first of all, and of the rest an even sample (every n-th,
 * n doubling whenever the room is full), so that the same log always shows the same.
 */
export function createExhibitKeeper(signalUs: number): {
  take(record: RequestRecord, offence: Offence | undefined): void;
  exhibits(): Exhibit[];
} {
  const offences: Exhibit[] = [];
  let others: Exhibit[] = [];
  let every = 1;
  let seen = 0;
  return {
    take(record, offence) {
      if (record.endedUs < signalUs - shownBeforeUs) return;
      if (offence !== undefined) {
        if (offences.length < mostOffences) offences.push(exhibitOf(record, signalUs, offence));
        return;
      }
      seen += 1;
      if (seen % every !== 0) return;
      others.push(exhibitOf(record, signalUs, undefined));
      if (others.length < mostOthers) return;
      others = others.filter((_exhibit, index) => index % 2 === 1);
      every *= 2;
    },
    exhibits: () => [...offences, ...others].toSorted((a, b) => a.fromMs - b.fromMs),
  };
}

function exhibitOf(record: RequestRecord, signalUs: number, offence: Offence | undefined): Exhibit {
  return {
    id: `${record.worker}-${record.seq}`,
    stream: record.stream,
    verdict: record.verdict,
    ...(offence === undefined ? {} : { offence }),
    fromMs: roundMs(record.begunUs - signalUs),
    toMs: roundMs(record.endedUs - signalUs),
    status: record.status,
  };
}

function roundMs(us: number): number {
  return Math.round(us / 10) / 100;
}
