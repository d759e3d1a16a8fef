import { describe, expect, it } from 'vitest';
import type { LoadResult, RequestRecord } from '../../src/load/request-record.js';
import { createAccount } from '../../src/stops/account.js';
import { judge, type Verdict } from '../../src/stops/verdict.js';

const served: RequestRecord = {
  id: 'loop-1',
  kind: 'loop',
  ending: 'answered',
  status: 200,
  exact: true,
  bodyBytes: 12,
  reused: true,
  sentAtMs: 90,
  endedAtMs: 110,
};

function record(changes: Partial<RequestRecord>): RequestRecord {
  return { ...served, ...changes };
}

function load(...records: readonly RequestRecord[]): LoadResult {
  return { records, strayBytes: 0, health: { cpuShare: 0, loopDelayP99Ms: 0, loopDelayMaxMs: 0 } };
}

const cases: readonly [string, Partial<RequestRecord>, boolean, Verdict][] = [
  ['an exact answer', {}, true, 'answered'],
  ['an answer with wrong bytes', { exact: false }, true, 'lost'],
  ['a 503 before the handler', { status: 503, exact: false }, false, 'unavailable'],
  ['a 502 after the handler ran behind a proxy', { status: 502, exact: false }, true, 'lost'],
  ['a 400 before the handler', { status: 400, exact: false }, false, 'other-answer'],
  ['a cut after the handler ran', { ending: 'cut' }, true, 'lost'],
  ['a cut on a reused connection before the handler', { ending: 'cut' }, false, 'reset-reused'],
  ['a cut on a new connection before the handler', { ending: 'cut', reused: false }, false, 'reset-new'],
  ['no answer at the end', { ending: 'open' }, true, 'timed-out'],
  ['a refused connection', { ending: 'refused' }, false, 'refused'],
  ['a request that this machine could not send', { ending: 'unsent' }, false, 'never-sent'],
  ['nonsense after the handler ran', { ending: 'malformed' }, true, 'lost'],
];

describe('verdict', () => {
  for (const [what, changes, ran, verdict] of cases) {
    it(`calls ${what} ${verdict}`, () => {
      expect(judge(record(changes), ran)).toBe(verdict);
    });
  }
});

describe('account', () => {
  it('has one verdict for every request', () => {
    const records = cases.map(([, changes], index) => record({ ...changes, id: `loop-${index}` }));
    const ran = cases.flatMap(([, , handlerRan], index) =>
      handlerRan ? [[`loop-${index}`, 95] as const] : [],
    );
    const account = createAccount(load(...records), new Map(ran), 100);
    expect(account.requests).toBe(cases.length);
    expect(account.tally.lost).toBe(4);
  });

  it('keeps the evidence of what was lost, in time after the signal and after the first refusal', () => {
    const lost = record({ ending: 'cut', detail: 'ECONNRESET', sentAtMs: 104, endedAtMs: 120 });
    const refused = record({ id: 'one-shot-2', ending: 'refused', sentAtMs: 100, endedAtMs: 101 });
    const [evidence] = createAccount(load(lost, refused), new Map([['loop-1', 105]]), 100).evidence;
    expect(evidence).toMatchObject({
      verdict: 'lost',
      sentAfterMs: 4,
      ranAfterMs: 5,
      endedAfterMs: 20,
      sentAfterRefusalMs: 3,
    });
  });

  it('takes the last complete answer, not what was cut after it', () => {
    const cut = record({ id: 'loop-2', ending: 'cut', endedAtMs: 500 });
    expect(createAccount(load(served, cut), new Map([['loop-1', 95]]), 100).lastAnswerAtMs).toBe(110);
  });

  it('refuses a handler run that no client asked for', () => {
    expect(() => createAccount(load(served), new Map([['loop-9', 95]]), 100)).toThrow(/unknown \[loop-9\]/);
  });

  it('refuses a handler run for a request that was refused', () => {
    const refused = record({ ending: 'refused' });
    expect(() => createAccount(load(refused), new Map([['loop-1', 95]]), 100)).toThrow(
      /the handler ran for it/,
    );
  });

  it('refuses two requests with one id', () => {
    expect(() => createAccount(load(served, served), new Map(), 100)).toThrow(/2 requests, 1 ids/);
  });
});
