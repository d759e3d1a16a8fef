import type { ControlClient } from '@quiesce/control/client';
import { createManualClock, type ManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { type DeadlineWatch, watchDeadline } from '../../src/stop/watch-deadline.js';
import { createStatus } from '../support/status.js';

/** A client whose service has so much time left, or does not answer. */
function createClient(remainingMs: () => number | undefined): Pick<ControlClient, 'status'> {
  return {
    async status() {
      const left = remainingMs();
      if (left === undefined) throw new Error('no answer');
      return createStatus({ stop: { mode: 'graceful', reason: 'x', phase: 'drain', remainingMs: left } });
    },
  };
}

function watch(
  timeoutMs: number | undefined,
  remainingMs: () => number | undefined = () => undefined,
): { clock: ManualClock; deadline: DeadlineWatch; interrupt: AbortController } {
  const clock = createManualClock();
  const interrupt = new AbortController();
  const ports = { clock, interrupt: interrupt.signal, say: () => {} };
  const deadline = watchDeadline(createClient(remainingMs) as ControlClient, ports, timeoutMs);
  return { clock, deadline, interrupt };
}

describe('whoever waits for a stop', () => {
  it('gives up five seconds after the deadline that was asked for', async () => {
    const { clock, deadline } = watch(30_000);
    await clock.advance(34_999);
    expect(deadline.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(deadline.signal.aborted).toBe(true);
  });

  it('goes by what the service says of its own deadline', async () => {
    const { clock, deadline } = watch(undefined);
    deadline.take({ type: 'stop', atMs: 0, mode: 'graceful', reason: 'x', timeoutMs: 60_000 });
    await clock.advance(64_999);
    expect(deadline.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(deadline.signal.aborted).toBe(true);
  });

  it('gives up when the service neither begins nor answers', async () => {
    const { clock, deadline } = watch(undefined);
    await clock.advance(15_000);
    expect(deadline.signal.aborted).toBe(true);
  });

  it('waits on as long as the service says that it has time', async () => {
    let leftMs: number | undefined = 20_000;
    const { clock, deadline } = watch(undefined, () => leftMs);
    await clock.advance(15_000);
    expect(deadline.signal.aborted).toBe(false);
    leftMs = 0;
    await clock.advance(25_000);
    expect(deadline.signal.aborted).toBe(true);
  });

  it('is interrupted at once, and leaves no timer behind', () => {
    const { clock, deadline, interrupt } = watch(30_000);
    interrupt.abort();
    expect(deadline.signal.aborted).toBe(true);
    deadline.end();
    expect(clock.timers).toBe(0);
  });
});
