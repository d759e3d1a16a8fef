import type { LoadResult, RequestRecord } from '../load/request-record.js';
import type { HandlerRuns } from './handler-log.js';
import { judge, VERDICTS, type Verdict } from './verdict.js';

/** How many requests had which verdict. */
export type Tally = Readonly<Record<Verdict, number>>;

/** A request that was not served and not plainly refused, with what is known of it. Times after the stop signal. */
export interface Evidence {
  readonly id: string;
  readonly verdict: Verdict;
  readonly kind: string;
  readonly connection: 'reused' | 'new';
  readonly sentAfterMs: number;
  readonly endedAfterMs: number;
  readonly ranAfterMs?: number;
  /** How long after the first refusal was seen, so at most this after the listener's close, it was sent. */
  readonly sentAfterRefusalMs?: number;
  readonly detail?: string;
  readonly status?: number;
  readonly bodyBytes: number;
}

/** What became of all requests of one stop. */
export interface Account {
  readonly requests: number;
  readonly tally: Tally;
  readonly evidence: readonly Evidence[];
  /** When the last answer was complete at its client; undefined for none. */
  readonly lastAnswerAtMs?: number;
}

const UNEVENTFUL: ReadonlySet<Verdict> = new Set(['answered', 'unavailable', 'refused']);
/** What is kept in detail of a run; a server that resets thousands is described well enough by these. */
const MAX_EVIDENCE = 100;

/** A tally of nothing. */
export function emptyTally(): Record<Verdict, number> {
  return Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
}

/** The tallies of several stops as one. */
export function sumTallies(tallies: readonly Tally[]): Tally {
  const sum = emptyTally();
  for (const tally of tallies) {
    for (const verdict of VERDICTS) {
      sum[verdict] += tally[verdict];
    }
  }
  return sum;
}

function minimum(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((a, b) => Math.min(a, b));
}

function maximum(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((a, b) => Math.max(a, b));
}

interface Instants {
  readonly signalledAtMs: number;
  readonly firstRefusalAtMs: number | undefined;
}

function describe(
  record: RequestRecord,
  verdict: Verdict,
  ranAtMs: number | undefined,
  at: Instants,
): Evidence {
  const afterSignal = (ms: number): number => ms - at.signalledAtMs;
  return {
    id: record.id,
    verdict,
    kind: record.kind,
    connection: record.reused ? 'reused' : 'new',
    sentAfterMs: afterSignal(record.sentAtMs),
    endedAfterMs: afterSignal(record.endedAtMs),
    bodyBytes: record.bodyBytes,
    ...(ranAtMs === undefined ? {} : { ranAfterMs: afterSignal(ranAtMs) }),
    ...(at.firstRefusalAtMs === undefined
      ? {}
      : { sentAfterRefusalMs: record.sentAtMs - at.firstRefusalAtMs }),
    ...(record.detail === undefined ? {} : { detail: record.detail }),
    ...(record.status === undefined ? {} : { status: record.status }),
  };
}

/**
 * Judges every request of a run.
 * @throws Error when the sums do not add up, or a handler ran for a request that was refused or never sent
 */
export function createAccount(load: LoadResult, runs: HandlerRuns, signalledAtMs: number): Account {
  const { records } = load;
  const refusals = records.filter((record) => record.ending === 'refused').map((record) => record.endedAtMs);
  const at: Instants = { signalledAtMs, firstRefusalAtMs: minimum(refusals) };
  const tally = emptyTally();
  const evidence: Evidence[] = [];
  for (const record of records) {
    const ranAtMs = runs.get(record.id);
    const verdict = judge(record, ranAtMs !== undefined);
    if (ranAtMs !== undefined && (verdict === 'refused' || verdict === 'never-sent')) {
      throw new Error(`${record.id} is ${verdict}, but the handler ran for it`);
    }
    tally[verdict] += 1;
    if (!UNEVENTFUL.has(verdict) && evidence.length < MAX_EVIDENCE) {
      evidence.push(describe(record, verdict, ranAtMs, at));
    }
  }
  const sum = VERDICTS.reduce((total, verdict) => total + tally[verdict], 0);
  const ids = new Set(records.map((record) => record.id));
  const unknown = [...runs.keys()].filter((id) => !ids.has(id));
  if (sum !== records.length || ids.size !== records.length || unknown.length > 0) {
    throw new Error(
      `${records.length} requests, ${ids.size} ids, ${sum} verdicts, and the handler ran for the unknown [${unknown.join(' ')}]`,
    );
  }
  const lastAnswerAtMs = maximum(
    records.filter((record) => record.ending === 'answered').map((record) => record.endedAtMs),
  );
  return {
    requests: records.length,
    tally,
    evidence,
    ...(lastAnswerAtMs === undefined ? {} : { lastAnswerAtMs }),
  };
}
