import { describe, expect, it } from 'vitest';
import { drawAccount } from '../../scripts/demo/account.mjs';

type Parts = Parameters<typeof drawAccount>[0];

const report = { outcome: 'clean', exit: { code: 0, rule: 'clean' } } as Parts['report'];

function partsOf(changes: {
  readonly tally?: Partial<Parts['tally']>;
  readonly end?: Partial<Parts['end']>;
  readonly readBack?: Partial<Parts['readBack']>;
}): Parts {
  return {
    tally: {
      sent: 130,
      answered: 100,
      declined: 0,
      wrong: 0,
      refused: 30,
      unanswered: 0,
      unansweredBy: {},
      acknowledged: 40,
      ...changes.tally,
    },
    end: { code: 0, signal: null, handled: 100, log: '', ...changes.end },
    readBack: { acknowledged: 40, found: 40, lost: [], ...changes.readBack },
    report,
    afterMs: 2_000,
  };
}

describe('the account of the demo', () => {
  it('is in order when every handler that was called was answered and every message was found', () => {
    expect(drawAccount(partsOf({}))).toMatchObject({
      requests: { answered: 100, refused: 30, reset: 0, lost: 0 },
      messages: { acknowledged: 40, found: 40, lost: 0 },
      isEverythingThere: true,
    });
  });

  it('calls a request lost when its handler was called, and reset when it was not', () => {
    const account = drawAccount(partsOf({ tally: { unanswered: 5 }, end: { handled: 102 } }));
    expect(account).toMatchObject({ requests: { reset: 3, lost: 2 }, isEverythingThere: false });
  });

  it('takes every request without an answer for lost when the service could not say what it had begun', () => {
    const account = drawAccount(partsOf({ tally: { unanswered: 5 }, end: { handled: undefined } }));
    expect(account).toMatchObject({ requests: { reset: 0, lost: 5 }, isEverythingThere: false });
  });

  it('calls a wrong answer lost, and a 503 none of both', () => {
    const account = drawAccount(partsOf({ tally: { wrong: 1, declined: 2 } }));
    expect(account).toMatchObject({
      requests: { answered: 97, declined: 2, lost: 1 },
      isEverythingThere: false,
    });
  });

  it('is not in order when an acknowledged message is gone', () => {
    const account = drawAccount(partsOf({ readBack: { found: 39, lost: ['events/1@7'] } }));
    expect(account).toMatchObject({
      messages: { lost: 1, lostIds: ['events/1@7'] },
      isEverythingThere: false,
    });
  });

  it('is not in order when there was no work, no report, or an exit code of which the report knows nothing', () => {
    expect(drawAccount(partsOf({ tally: { answered: 0 }, end: { handled: 0 } })).isEverythingThere).toBe(
      false,
    );
    expect(drawAccount({ ...partsOf({}), report: undefined }).isEverythingThere).toBe(false);
    expect(drawAccount(partsOf({ end: { code: 137 } })).isEverythingThere).toBe(false);
  });
});
