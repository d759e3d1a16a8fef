import type { Socket } from 'node:net';
import { createManualClock, type ManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { type Connection, createConnection } from '../../../src/http/connections/connection.js';
import { Undelivered } from '../../../src/http/departures/undelivered.js';

interface Harness {
  readonly clock: ManualClock;
  readonly undelivered: Undelivered;
  /** What was delivered, as `name@ms`, with `late` when it had been missing. */
  readonly delivered: string[];
  /** An idle connection by that name. */
  idle(name: string): Connection;
  /** Whose peers have everything; undefined when the kernel cannot be asked. */
  acknowledged: Set<Connection> | undefined;
  asked: number;
  /** How long the kernel takes to answer, in milliseconds. */
  answerMs: number;
}

function createHarness(): Harness {
  const clock = createManualClock();
  const names = new Map<Connection, string>();
  const harness: Harness = {
    clock,
    delivered: [],
    acknowledged: new Set(),
    asked: 0,
    answerMs: 0,
    idle(name) {
      const connection = createConnection({ writableLength: 0 } as Socket, clock.now(), false);
      names.set(connection, name);
      return connection;
    },
    undelivered: new Undelivered({
      clock,
      async readAcknowledgements() {
        harness.asked += 1;
        await new Promise<void>((resolve) => {
          clock.setTimer(resolve, harness.answerMs);
        });
        const { acknowledged } = harness;
        if (acknowledged === undefined) return undefined;
        const sockets = new Set([...acknowledged].map(({ socket }) => socket));
        return { has: (socket) => sockets.has(socket) };
      },
      delivered(connection, wasMissing) {
        harness.delivered.push(`${names.get(connection)}@${clock.now()}${wasMissing ? ' late' : ''}`);
      },
    }),
  };
  return harness;
}

describe('an idle connection of which it is not known that its peer has the answer', () => {
  it('is let go at once when it has', async () => {
    const { acknowledged, clock, delivered, idle, undelivered } = createHarness();
    const reader = idle('reader');
    acknowledged?.add(reader);
    undelivered.add(reader);
    await clock.advance(0);
    expect(delivered).toEqual(['reader@0']);
    expect(clock.timers).toBe(0);
  });

  it('is kept until it has, and is known to have been late then', async () => {
    const { acknowledged, clock, delivered, idle, undelivered } = createHarness();
    const reader = idle('slow reader');
    undelivered.add(reader);
    await clock.advance(5_050);
    expect(delivered).toEqual([]);
    acknowledged?.add(reader);
    await clock.advance(50);
    expect(delivered).toEqual(['slow reader@5100 late']);
  });

  it('is forgotten when it is not idle any more', async () => {
    const { clock, delivered, idle, undelivered } = createHarness();
    const reader = idle('reader');
    undelivered.add(reader);
    undelivered.remove(reader);
    await clock.advance(1_000);
    expect(delivered).toEqual([]);
    expect(clock.timers).toBe(0);
  });

  it('is let go at once where the kernel cannot be asked', async () => {
    const harness = createHarness();
    harness.acknowledged = undefined;
    harness.undelivered.add(harness.idle('reader'));
    await harness.clock.advance(0);
    expect(harness.delivered).toEqual(['reader@0']);
  });

  it('does not make the kernel answer more often than a fifth of the time', async () => {
    const harness = createHarness();
    harness.answerMs = 200;
    harness.undelivered.add(harness.idle('slow reader'));
    await harness.clock.advance(10_000);
    expect(harness.asked).toBeLessThanOrEqual(11);
  });

  it('may be one of very many, which are let go over several turns of the event loop', async () => {
    const { acknowledged, clock, delivered, idle, undelivered } = createHarness();
    for (let index = 0; index < 1_000; index += 1) {
      const reader = idle(String(index));
      acknowledged?.add(reader);
      undelivered.add(reader);
    }
    await clock.advance(0);
    expect(delivered.length).toBeLessThan(500);
    while (delivered.length < 1_000) await clock.settle();
    expect(new Set(delivered).size).toBe(1_000);
  });

  it('is waited for no longer when all is cancelled, also while the kernel is asked', async () => {
    const harness = createHarness();
    harness.answerMs = 50;
    const reader = harness.idle('reader');
    harness.acknowledged?.add(reader);
    harness.undelivered.add(reader);
    await harness.clock.advance(10);
    harness.undelivered.cancel();
    await harness.clock.advance(1_000);
    expect(harness.delivered).toEqual([]);
    expect(harness.clock.timers).toBe(0);
  });
});
