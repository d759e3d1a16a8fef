import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { streamKinds } from '../../src/account/streams.js';
import { createTallying, sumOf } from '../../src/account/tally.js';
import { type ExchangeEvidence, verdictOf, verdicts } from '../../src/account/verdicts.js';

const nothing: ExchangeEvidence = {
  reused: false,
  sent: true,
  excused: false,
  responseBytes: 0,
  complete: false,
  status: 0,
  asExpected: false,
  end: 'closed',
};
const answer: ExchangeEvidence = {
  ...nothing,
  complete: true,
  end: 'complete',
  status: 200,
  responseBytes: 90,
};

const anyEvidence: fc.Arbitrary<ExchangeEvidence> = fc
  .record({
    reused: fc.boolean(),
    sent: fc.boolean(),
    excused: fc.boolean(),
    responseBytes: fc.nat(),
    status: fc.constantFrom(0, 200, 404, 429, 500, 503),
    asExpected: fc.boolean(),
    end: fc.constantFrom('complete' as const, 'closed' as const, 'timeout' as const),
  })
  .map((evidence) => ({ ...evidence, complete: evidence.end === 'complete' }));

describe('the verdict on one request', () => {
  it.each<[string, Partial<ExchangeEvidence>, string]>([
    ['a complete answer as in the baseline', { ...answer, asExpected: true }, 'answered'],
    ['a 503 that is the baseline', { ...answer, status: 503, asExpected: true }, 'answered'],
    ['a 503 that is not', { ...answer, status: 503 }, 'turned-away'],
    ['another complete answer', { ...answer, status: 500 }, 'wrong'],
    ['an answer that broke off', { responseBytes: 10 }, 'truncated'],
    ['a reset of a new connection', {}, 'reset-new'],
    ['a reset of a reused connection', { reused: true }, 'reset-reused'],
    ['a refused connection', { sent: false }, 'refused'],
    ['a connection that the server had announced to close', { reused: true, excused: true }, 'refused'],
    ['silence', { end: 'timeout' }, 'timed-out'],
    ['an answer that stopped, on an open connection', { end: 'timeout', responseBytes: 10 }, 'timed-out'],
    ['a request that never left', { end: 'timeout', sent: false }, 'unsent'],
  ])('%s', (_what, evidence, verdict) => {
    expect(verdictOf({ ...nothing, ...evidence })).toBe(verdict);
  });

  it('exists for any evidence, and only a complete answer as expected counts as answered', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const verdict = verdictOf(evidence);
        expect(verdicts).toContain(verdict);
        expect(verdict === 'answered').toBe(evidence.complete && evidence.asExpected);
      }),
    );
  });

  it('never calls a request that was sent without an announcement safe to send again', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        if (evidence.sent && !evidence.excused) expect(verdictOf(evidence)).not.toBe('refused');
      }),
    );
  });
});

describe('the sums', () => {
  it('add up to the requests counted, by verdict and by stream, whatever came', () => {
    const counted = fc.array(fc.tuple(fc.constantFrom(...streamKinds), anyEvidence), { maxLength: 300 });
    fc.assert(
      fc.property(counted, (requests) => {
        const tallying = createTallying();
        for (const [stream, evidence] of requests) tallying.count(stream, verdictOf(evidence));
        const { total, verdicts: sums, streams } = tallying.tally();
        expect(total).toBe(requests.length);
        expect(sumOf(sums)).toBe(requests.length);
        const byStream = Object.values(streams).reduce((sum, counts) => sum + sumOf(counts), 0);
        expect(byStream).toBe(requests.length);
      }),
    );
  });
});
