import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { createIdleWindows } from '../../../src/http/departures/idle-windows.js';

describe('idle windows', () => {
  it('end one by one, with one timer for all', async () => {
    const clock = createManualClock();
    const expired: string[] = [];
    const windows = createIdleWindows<string>(clock, (item) => expired.push(`${item}@${clock.now()}`));
    windows.open('a', 100);
    windows.open('b', 100);
    windows.open('c', 250);
    expect(windows.size).toBe(3);
    expect(clock.timers).toBe(1);
    await clock.advance(1_000);
    expect(expired).toEqual(['a@100', 'b@100', 'c@250']);
    expect(windows.size).toBe(0);
    expect(clock.timers).toBe(0);
  });

  it('may be closed before their end, and opened again', async () => {
    const clock = createManualClock();
    const expired: string[] = [];
    const windows = createIdleWindows<string>(clock, (item) => expired.push(`${item}@${clock.now()}`));
    windows.open('a', 100);
    windows.open('b', 150);
    windows.close('a');
    windows.open('a', 300);
    await clock.advance(1_000);
    expect(expired).toEqual(['b@150', 'a@300']);
  });

  it('end no more once they are cancelled', async () => {
    const clock = createManualClock();
    const windows = createIdleWindows<string>(clock, () => expect.unreachable());
    windows.open('a', 100);
    windows.cancel();
    expect(clock.timers).toBe(0);
    await clock.advance(1_000);
  });
});
