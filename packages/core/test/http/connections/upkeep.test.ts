import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { createUpkeep } from '../../../src/http/connections/upkeep.js';

function upkeepInManualTime(looks: number) {
  const clock = createManualClock();
  const lookedAtMs: number[] = [];
  const upkeep = createUpkeep(clock, 500, (nowMs) => {
    lookedAtMs.push(nowMs);
    return lookedAtMs.length < looks;
  });
  return { clock, lookedAtMs, upkeep };
}

describe('upkeep', () => {
  it('looks now and then until nothing is left, and has no timer before and after', async () => {
    const { clock, lookedAtMs, upkeep } = upkeepInManualTime(2);
    expect(clock.timers).toBe(0);
    upkeep.wake();
    upkeep.wake();
    expect(clock.timers).toBe(1);
    await clock.advance(60_000);
    expect(lookedAtMs).toEqual([500, 1_000]);
    expect(clock.timers).toBe(0);
  });

  it('begins again when it is woken', async () => {
    const { clock, lookedAtMs, upkeep } = upkeepInManualTime(1);
    upkeep.wake();
    await clock.advance(500);
    upkeep.wake();
    await clock.advance(500);
    expect(lookedAtMs).toEqual([500, 1_000]);
  });

  it('is stopped, and has no timer', async () => {
    const { clock, lookedAtMs, upkeep } = upkeepInManualTime(2);
    upkeep.wake();
    upkeep.stop();
    expect(clock.timers).toBe(0);
    await clock.advance(60_000);
    expect(lookedAtMs).toEqual([]);
  });
});
