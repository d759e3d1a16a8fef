import { describe, expect, it } from 'vitest';
import type { ObservedInstants, StopInstants } from '../../src/account/instants.js';
import { offenceOf } from '../../src/account/offences.js';
import type { RequestRecord } from '../../src/account/request-record.js';

const stop: StopInstants = { signalUs: 1_000_000, exitUs: 2_000_000, killedUs: undefined, clientsLateUs: 0 };
const observed: ObservedInstants = {
  firstRefusedUs: 1_500_000,
  firstTurnedAwayUs: undefined,
  firstDroppedUs: undefined,
  firstCloseUs: undefined,
  lastAnsweredUs: undefined,
  firstRedUs: undefined,
  lastGreenUs: undefined,
};
const reset: RequestRecord = {
  worker: 0,
  seq: 0,
  stream: 'keep-alive',
  verdict: 'reset-reused',
  template: 0,
  intendedUs: 1_100_000,
  begunUs: 1_100_000,
  endedUs: 1_140_000,
  status: 0,
  bodyBytes: 0,
  reused: true,
  sent: true,
  closeAnnounced: false,
  marked: false,
};

describe('a request that was reset without an answer', () => {
  it('was lost when it had been there for longer than a closing connection is in the way', () => {
    expect(offenceOf(reset, stop, observed, undefined)).toBe('lost');
    expect(offenceOf({ ...reset, endedUs: 1_110_000 }, stop, observed, undefined)).toBe('reset-reused');
  });

  it('is not called lost for as long as the client itself may have looked away', () => {
    expect(offenceOf(reset, { ...stop, clientsLateUs: 30_000 }, observed, undefined)).toBe('reset-reused');
    expect(offenceOf(reset, { ...stop, clientsLateUs: 10_000 }, observed, undefined)).toBe('lost');
  });

  it('is what the server says that it is, where it says so', () => {
    expect(offenceOf(reset, stop, observed, false)).toBe('reset-reused');
    expect(offenceOf({ ...reset, endedUs: 1_101_000 }, stop, observed, true)).toBe('lost');
  });

  it('concerns nobody before the signal, and after the exit', () => {
    expect(offenceOf({ ...reset, begunUs: 0, endedUs: 900_000 }, stop, observed, true)).toBeUndefined();
    expect(
      offenceOf({ ...reset, begunUs: 2_000_000, endedUs: 2_000_100 }, stop, observed, true),
    ).toBeUndefined();
  });
});

describe('an answer 503', () => {
  it('is lost work only when the handler itself has marked it', () => {
    const turnedAway: RequestRecord = { ...reset, verdict: 'turned-away', status: 503 };
    expect(offenceOf(turnedAway, stop, observed, false)).toBeUndefined();
    expect(offenceOf({ ...turnedAway, marked: true }, stop, observed, true)).toBe('lost');
  });
});

describe('what SIGKILL at the deadline has cut', () => {
  it('is held against nobody', () => {
    const killed = { ...stop, killedUs: 1_120_000 };
    expect(offenceOf(reset, killed, observed, true)).toBe('cut-by-judge');
  });
});
