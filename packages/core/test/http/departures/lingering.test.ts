import type { Socket } from 'node:net';
import { createManualClock, type ManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { type Connection, createConnection } from '../../../src/http/connections/connection.js';
import type { Acknowledgements } from '../../../src/http/departures/acknowledgements.js';
import { Lingering } from '../../../src/http/departures/lingering.js';

/** As much of a socket as lingering looks at. */
interface FakeSocket {
  writableFinished: boolean;
  writableLength: number;
  bytesWritten: number;
  destroyed: boolean;
}

interface Harness {
  readonly clock: ManualClock;
  readonly lingering: Lingering;
  /** Ends a connection that was answered just now. */
  end(socket?: Partial<FakeSocket>): { connection: Connection; socket: FakeSocket };
  asked: number;
  acknowledged: boolean | undefined;
}

function createHarness(acknowledged: boolean | undefined): Harness {
  const clock = createManualClock();
  const harness: Harness = {
    clock,
    lingering: new Lingering({
      clock,
      silenceMs: 500,
      readAcknowledgements(): Promise<Acknowledgements | undefined> {
        harness.asked += 1;
        const isAcknowledged = harness.acknowledged;
        return Promise.resolve(isAcknowledged === undefined ? undefined : { has: () => isAcknowledged });
      },
    }),
    end(given = {}) {
      const socket = {
        writableFinished: true,
        writableLength: 0,
        bytesWritten: 1_000_000,
        destroyed: false,
        destroy(): void {
          socket.destroyed = true;
          harness.lingering.remove(connection);
        },
        ...given,
      };
      const connection = createConnection(socket as unknown as Socket, clock.now(), false);
      connection.departure = {
        isQuick: false,
        lastCall: undefined,
        gate: undefined,
        endedAtMs: clock.now(),
        heardAtMs: undefined,
      };
      harness.lingering.add(connection);
      return { connection, socket };
    },
    asked: 0,
    acknowledged,
  };
  return harness;
}

describe('a connection whose own side was ended', () => {
  it('is left to its peer for a while, and then closed when the peer has everything', async () => {
    const { clock, end, lingering } = createHarness(true);
    const { socket } = end();
    await clock.advance(99);
    expect(socket.destroyed).toBe(false);
    await clock.advance(1);
    expect(socket.destroyed).toBe(true);
    expect(lingering.size).toBe(0);
    expect(clock.timers).toBe(0);
  });

  it('is closed sooner when nothing else is waited for', async () => {
    const { clock, end, lingering } = createHarness(true);
    const { socket } = end();
    lingering.hurry();
    await clock.advance(5);
    expect(socket.destroyed).toBe(true);
    const { socket: later } = end();
    await clock.advance(5);
    expect(later.destroyed).toBe(true);
  });

  it('is kept for as long as its peer does not have everything, and asked after ever more rarely', async () => {
    const harness = createHarness(false);
    const { socket } = harness.end();
    await harness.clock.advance(10_000);
    expect(socket.destroyed).toBe(false);
    expect(harness.asked).toBeLessThan(45);
    harness.acknowledged = true;
    await harness.clock.advance(250);
    expect(socket.destroyed).toBe(true);
  });

  it('is kept while its own end has not gone to the kernel', async () => {
    const { clock, end } = createHarness(true);
    const { socket } = end({ writableFinished: false });
    await clock.advance(10_000);
    expect(socket.destroyed).toBe(false);
    socket.writableFinished = true;
    await clock.advance(250);
    expect(socket.destroyed).toBe(true);
  });

  it('is kept while its peer still sends', async () => {
    const { clock, end } = createHarness(true);
    const { connection, socket } = end();
    for (let heard = 0; heard < 20; heard += 1) {
      if (connection.departure !== undefined) connection.departure.heardAtMs = clock.now();
      await clock.advance(400);
      expect(socket.destroyed).toBe(false);
    }
    await clock.advance(350);
    expect(socket.destroyed).toBe(true);
  });

  it('is waited for up to five seconds where the kernel cannot be asked', async () => {
    const { clock, end } = createHarness(undefined);
    const { socket } = end();
    await clock.advance(4_999);
    expect(socket.destroyed).toBe(false);
    await clock.advance(251);
    expect(socket.destroyed).toBe(true);
  });

  it('is not asked after when it has sent little, and long ago', async () => {
    const harness = createHarness(false);
    const { connection, socket } = harness.end({ bytesWritten: 64 * 1024 });
    connection.idleSinceMs -= 400;
    await harness.clock.advance(100);
    expect(socket.destroyed).toBe(true);
    expect(harness.asked).toBe(0);
  });

  it('leaves no timer when its peer ends it, or nobody waits any more', async () => {
    const { clock, end, lingering } = createHarness(true);
    lingering.remove(end().connection);
    expect(clock.timers).toBe(0);
    const { socket } = end();
    lingering.cancel();
    expect(clock.timers).toBe(0);
    await clock.advance(10_000);
    expect(socket.destroyed).toBe(false);
  });

  it('is one of many: they are closed a hundred in a turn of the event loop', async () => {
    const { clock, end } = createHarness(true);
    const sockets = Array.from({ length: 1_000 }, () => end().socket);
    await clock.advance(100);
    const closed = (): number => sockets.filter(({ destroyed }) => destroyed).length;
    const first = closed();
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(300);
    while (closed() < 1_000) await clock.settle();
  });
});
