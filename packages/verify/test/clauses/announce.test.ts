import { describe, expect, it } from 'vitest';
import { announceClauses } from '../../src/clauses/announce.js';
import type { ClauseOutcome } from '../../src/clauses/clause.js';
import { resolveVerifyOptions } from '../../src/options/resolve-verify-options.js';
import type { RunEvidence } from '../../src/run/run-evidence.js';

interface Seen {
  readonly refusedMs: number;
  readonly redMs?: number;
  readonly greenMs?: number;
  /** By how much the load generator was late at most. */
  readonly lateMs?: number;
}

/** What the clause that wants readiness red first says of such runs. */
function judgeReadiness(...runs: readonly Seen[]): ClauseOutcome | undefined {
  const evidence = runs.map(({ refusedMs, redMs, greenMs, lateMs = 0 }, index): RunEvidence => {
    return {
      index,
      scenario: 'stop',
      title: 'stopped under load',
      seed: 'seed',
      plannedStopMs: 0,
      signals: [{ signal: 'SIGTERM', atMs: 0 }],
      startMs: 50,
      established: true,
      exit: { code: 0, signal: null, afterMs: 2_000, killed: false },
      account: undefined,
      lastAnswerMs: undefined,
      firstRefusedMs: refusedMs,
      firstTurnedAwayMs: undefined,
      firstDroppedMs: undefined,
      firstRedMs: redMs,
      lastGreenMs: greenMs,
      held: [],
      goaway: { received: 0, endedWithout: 0 },
      connections: [],
      leftovers: [],
      busyPorts: [],
      durable: undefined,
      clients: [{ utilization: 0.1, latenessP99Ms: 0, latenessMaxMs: lateMs, peakMemoryBytes: 0 }],
      output: '',
    };
  });
  const options = resolveVerifyOptions({ command: ['server'], ready: '/readyz' });
  const clause = announceClauses.find(({ id }) => id === 'Q05');
  return clause?.judge({ options, baseline: {} as never, runs: evidence }).outcome;
}

describe('readiness that goes red first', () => {
  it('is seen red before the first refusal', () => {
    expect(judgeReadiness({ refusedMs: 300, redMs: 20 })).toBe('pass');
    expect(judgeReadiness({ refusedMs: 300, redMs: 320 })).toBe('fail');
    expect(judgeReadiness({ refusedMs: 300, redMs: 20 }, { refusedMs: 300 })).toBe('fail');
  });

  it('is asked of who refuses at once, however late the load generator is', () => {
    expect(judgeReadiness({ refusedMs: 3, lateMs: 500 })).toBe('fail');
  });

  it('is not judged by a load generator that did not come to look at it', () => {
    expect(judgeReadiness({ refusedMs: 300, greenMs: 30, lateMs: 250 })).toBe('not-applicable');
    expect(judgeReadiness({ refusedMs: 300, lateMs: 250 }, { refusedMs: 300, redMs: 20 })).toBe('pass');
    expect(judgeReadiness({ refusedMs: 300, lateMs: 150 })).toBe('fail');
  });

  it('is not what a probe says that is green right before the first refusal', () => {
    expect(judgeReadiness({ refusedMs: 300, greenMs: 280, lateMs: 250 })).toBe('fail');
  });
});
