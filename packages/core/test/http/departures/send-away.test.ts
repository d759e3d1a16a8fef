import type { Socket } from 'node:net';
import { createManualClock, type ManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { type Connection, createConnection } from '../../../src/http/connections/connection.js';
import type { Departures } from '../../../src/http/departures/departures.js';
import { type SendingAway, sendAway } from '../../../src/http/departures/send-away.js';

interface Harness {
  readonly clock: ManualClock;
  readonly pace: AbortController;
  /** What was told to go, as `name`, or `name quickly`. */
  readonly dismissed: string[];
  connect(name: string): Connection;
  begin(connections: Iterable<Connection>, isLameDuck?: boolean): SendingAway;
}

function createHarness(): Harness {
  const clock = createManualClock();
  const pace = new AbortController();
  const dismissed: string[] = [];
  const names = new Map<Connection, string>();
  const ignore = (): void => {};
  const departures = {
    dismiss: (connection: Connection) => dismissed.push(names.get(connection) ?? ''),
    dismissQuickly: (connection: Connection) => dismissed.push(`${names.get(connection)} quickly`),
    requested: ignore,
    answered: ignore,
    upgraded: ignore,
    closed: ignore,
  };
  return {
    clock,
    pace,
    dismissed,
    connect(name) {
      const connection = createConnection({} as Socket, clock.now(), false);
      names.set(connection, name);
      return connection;
    },
    begin(connections, isLameDuck = false) {
      const lameDuck = { durationMs: 3_000, graceMs: 1_000, signal: pace.signal };
      return sendAway(connections, {
        clock,
        departures: departures as unknown as Departures,
        idleWindowMs: 500,
        lameDuck: isLameDuck ? lameDuck : undefined,
        random: () => 1,
      });
    },
  };
}

describe('sending connections away', () => {
  it('tells those that may be about to send at once, in the order in which their windows end', async () => {
    const { begin, clock, connect, dismissed } = createHarness();
    const longIdle = connect('long idle');
    await clock.advance(600);
    const [older, newer] = [connect('older'), connect('newer')];
    await clock.advance(10);
    newer.idleSinceMs = clock.now();
    begin([newer, longIdle, older]);
    expect(dismissed).toEqual(['older', 'newer']);
    await clock.advance(1);
    expect(dismissed).toEqual(['older', 'newer', 'long idle']);
  });

  it('tells whoever comes later or asks before its turn at once', async () => {
    const { begin, clock, connect, dismissed } = createHarness();
    const longIdle = connect('long idle');
    await clock.advance(600);
    const sending = begin([longIdle]);
    sending.requested(longIdle);
    sending.opened(connect('late'));
    expect(dismissed).toEqual(['long idle', 'late']);
  });

  it('closes a crowd quickly, twenty in a millisecond', async () => {
    const { begin, clock, connect, dismissed } = createHarness();
    const crowd = Array.from({ length: 1_001 }, (_value, index) => connect(String(index)));
    await clock.advance(600);
    begin(crowd);
    for (let ms = 0; ms < 10; ms += 1) await clock.advance(1);
    expect(dismissed.length).toBeGreaterThan(180);
    expect(dismissed.length).toBeLessThan(220);
    expect(dismissed[0]).toBe('0 quickly');
    for (let ms = 0; ms < 50; ms += 1) await clock.advance(1);
    expect(dismissed).toHaveLength(1_001);
  });

  it('gives a crowd of any size a second', async () => {
    const { begin, clock, connect, dismissed } = createHarness();
    const crowd = Array.from({ length: 50_000 }, () => connect('one'));
    await clock.advance(600);
    begin(crowd);
    for (let ms = 0; ms <= 100; ms += 1) await clock.advance(10);
    expect(dismissed).toHaveLength(50_000);
  });

  it('as a lame duck gives those that come later a turn after the others, and nobody before its turn', async () => {
    const { begin, clock, connect, dismissed } = createHarness();
    const [first, second] = [connect('first'), connect('second')];
    const sending = begin([first, second], true);
    sending.requested(first);
    sending.opened(connect('third'));
    expect(dismissed).toEqual([]);
    await clock.advance(1_000);
    expect(dismissed).toEqual(['first']);
    await clock.advance(1_000);
    expect(dismissed).toEqual(['first', 'second']);
    await clock.advance(1_000);
    expect(dismissed).toEqual(['first', 'second', 'third']);
    sending.opened(connect('last'));
    expect(dismissed.at(-1)).toBe('last');
  });

  it('as a lame duck that is cut short tells all others at once', async () => {
    const { begin, clock, connect, dismissed, pace } = createHarness();
    const sending = begin([connect('first'), connect('second'), connect('third')], true);
    await clock.advance(1_000);
    pace.abort();
    await clock.advance(5);
    expect(dismissed).toEqual(['first', 'second', 'third']);
    sending.cancel();
    expect(clock.timers).toBe(0);
  });
});
