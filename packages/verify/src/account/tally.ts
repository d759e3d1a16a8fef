import { type StreamKind, streamKinds } from './streams.js';
import { type Verdict, verdicts } from './verdicts.js';

/** A count for every verdict. */
export type VerdictCounts = Readonly<Record<Verdict, number>>;

/** The sums of an account. `total` is the number of requests that were planned; the counts add up to it, always. */
export interface Tally {
  readonly total: number;
  readonly verdicts: VerdictCounts;
  /** Streams that sent something. */
  readonly streams: Readonly<Partial<Record<StreamKind, VerdictCounts>>>;
}

/** Counts records one by one. */
export interface Tallying {
  count(stream: StreamKind, verdict: Verdict): void;
  tally(): Tally;
}

function noVerdicts(): Record<Verdict, number> {
  return Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
}

export function createTallying(): Tallying {
  const streams = new Map<StreamKind, Record<Verdict, number>>();
  return {
    count(stream, verdict) {
      let counts = streams.get(stream);
      if (counts === undefined) {
        counts = noVerdicts();
        streams.set(stream, counts);
      }
      counts[verdict] += 1;
    },
    tally: () => {
      const sums = noVerdicts();
      for (const counts of streams.values()) for (const verdict of verdicts) sums[verdict] += counts[verdict];
      return {
        total: sumOf(sums),
        verdicts: sums,
        streams: Object.fromEntries(
          streamKinds.flatMap((kind) => (streams.has(kind) ? [[kind, streams.get(kind)]] : [])),
        ),
      };
    },
  };
}

/** The sums of several accounts. */
export function addTallies(tallies: readonly Tally[]): Tally {
  const sums = noVerdicts();
  const streams: Partial<Record<StreamKind, Record<Verdict, number>>> = {};
  for (const tally of tallies) {
    for (const verdict of verdicts) sums[verdict] += tally.verdicts[verdict];
    for (const kind of streamKinds) {
      const counts = tally.streams[kind];
      if (counts === undefined) continue;
      const into = (streams[kind] ??= noVerdicts());
      for (const verdict of verdicts) into[verdict] += counts[verdict];
    }
  }
  return { total: sumOf(sums), verdicts: sums, streams };
}

export function sumOf(counts: VerdictCounts): number {
  return verdicts.reduce((sum, verdict) => sum + counts[verdict], 0);
}
