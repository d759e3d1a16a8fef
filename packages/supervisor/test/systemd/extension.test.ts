import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveExtension } from '../../src/systemd/extension.js';

const rule = { stallMs: 10_000, exitMs: 1_000 };

describe('an extension', () => {
  it('leads to the instant at which the stop would count as stalled', () => {
    const extension = resolveExtension({ nowMs: 5_000, progressMs: 4_000, deadlineMs: 60_000 }, rule);
    expect(extension).toEqual({ forMs: 9_000, untilMs: 14_000 });
  });

  it('ends with the deadline of the stop, and the time the process needs to be gone', () => {
    const extension = resolveExtension({ nowMs: 55_000, progressMs: 55_000, deadlineMs: 60_000 }, rule);
    expect(extension).toEqual({ forMs: 6_000, untilMs: 61_000 });
  });

  it('is not repeated when nothing has moved since', () => {
    const input = { progressMs: 4_000, deadlineMs: 60_000, extendedUntilMs: 14_000 };
    expect(resolveExtension({ ...input, nowMs: 6_000 }, rule)).toBeUndefined();
    expect(resolveExtension({ ...input, nowMs: 13_999 }, rule)).toBeUndefined();
  });

  it('comes again when a stalled stop gets on after all', () => {
    const input = { nowMs: 20_000, progressMs: 20_000, deadlineMs: 60_000, extendedUntilMs: 14_000 };
    expect(resolveExtension(input, rule)).toEqual({ forMs: 10_000, untilMs: 30_000 });
  });

  it('never shortens, never goes beyond the deadline, and needs progress, whatever comes', () => {
    const times = fc.record({
      nowMs: fc.nat(100_000),
      progressMs: fc.nat(100_000),
      deadlineMs: fc.nat(100_000),
      extendedUntilMs: fc.nat(100_000),
    });
    fc.assert(
      fc.property(times, (input) => {
        const extension = resolveExtension(input, rule);
        if (extension === undefined) return;
        expect(extension.untilMs).toBeGreaterThan(input.extendedUntilMs);
        expect(extension.forMs).toBeGreaterThan(0);
        expect(extension.untilMs).toBeLessThanOrEqual(input.deadlineMs + rule.exitMs);
        expect(extension.untilMs).toBeLessThanOrEqual(input.progressMs + rule.stallMs);
      }),
    );
  });
});
