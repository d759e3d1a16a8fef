import { describe, expect, it } from 'vitest';
import { countLateConnections } from '../../src/http/late-connections.js';
import { serve, untilEvent } from './support/test-server.js';

describe('late connections', () => {
  it('are those of the last fifth of the announcement', async () => {
    const { clock, component, connect, refuse, server, stop } = await serve();
    await stop.call(component, 'announce');
    for (const waitMs of [100, 650, 100, 100]) {
      await clock.advance(waitMs); // connections after 100, 750, 850 and 950 ms
      const accepted = untilEvent(server, 'connection');
      await connect();
      await accepted;
    }
    await clock.advance(50);
    await refuse();
    expect(stop.notes).toEqual([
      {
        code: 'late-connections',
        count: 2,
        message: '2 connections came in the last fifth of the announcement: routing had not converged',
      },
    ]);
  });

  it('are not spoken of when there are none', async () => {
    const { clock, component, refuse, stop } = await serve();
    await stop.call(component, 'announce');
    await clock.advance(1_000);
    await refuse();
    expect(stop.notes).toEqual([]);
  });

  it('are not counted in an announcement too short to tell', () => {
    const late = countLateConnections(0);
    late.arrived(99);
    expect(late.count(99)).toBe(0);
    expect(late.count(100)).toBe(1);
  });

  it('are counted exactly, however many came before', () => {
    const late = countLateConnections(0);
    for (let ms = 1; ms <= 10_000; ms += 1) late.arrived(ms);
    expect(late.count(10_000)).toBe(2_001);
    expect(late.count(12_500)).toBe(1);
    expect(late.count(12_501)).toBe(0);
  });
});
