import { silentLogger } from '@quiesce/core';
import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { createNotifySender } from '../../src/systemd/notify-sender.js';

/** A service manager that takes a message when it is told to. */
function createSlowReceiver() {
  const received: string[] = [];
  const open: { resolve(): void; reject(error: Error): void }[] = [];
  return {
    received,
    transport: (message: string) =>
      new Promise<void>((resolve, reject) => {
        received.push(message);
        open.push({ resolve, reject });
      }),
    take: () => open.shift()?.resolve(),
    fail: () => open.shift()?.reject(new Error('no buffer space')),
  };
}

function createSender() {
  const receiver = createSlowReceiver();
  const clock = createManualClock();
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (_fields: object, message: string) => void warnings.push(message) };
  const sender = createNotifySender({ transport: receiver.transport, clock, logger });
  return { sender, receiver, clock, warnings };
}

describe('the sender', () => {
  it('sends one message at a time, and in the next only the newest of what came meanwhile', async () => {
    const { sender, receiver, clock } = createSender();
    sender.send({ ready: true });
    sender.send({ status: 'a' });
    sender.send({ status: 'b', watchdog: true });
    expect(receiver.received).toEqual(['READY=1']);
    receiver.take();
    await clock.settle();
    expect(receiver.received).toEqual(['READY=1', 'WATCHDOG=1\nSTATUS=b']);
    receiver.take();
    await sender.settled();
    expect(receiver.received).toHaveLength(2);
  });

  it('sends what failed again, without what has been replaced meanwhile', async () => {
    const { sender, receiver, clock, warnings } = createSender();
    sender.send({ ready: true, status: 'a' });
    sender.send({ status: 'b' });
    receiver.fail();
    await clock.advance(0);
    expect(receiver.received.at(-1)).toBe('READY=1\nSTATUS=b');
    receiver.take();
    await sender.settled();
    expect(warnings).toEqual([]);
  });

  it('gives a message up after the fourth failure, says so once, and goes on with the next', async () => {
    const { sender, receiver, clock, warnings } = createSender();
    for (const status of ['a', 'b']) {
      sender.send({ status });
      for (const waitMs of [0, 250, 1_000, 0]) {
        receiver.fail();
        await clock.advance(waitMs);
      }
      await sender.settled();
    }
    expect(receiver.received).toHaveLength(8);
    expect(warnings).toEqual([
      expect.stringContaining('the service manager could not be notified: Error: no buffer space'),
    ]);
    sender.send({ status: 'c' });
    receiver.take();
    await sender.settled();
    expect(receiver.received.at(-1)).toBe('STATUS=c');
    expect(clock.timers).toBe(0);
  });

  it('forgets what has not gone out when it is closed', async () => {
    const { sender, receiver, clock } = createSender();
    sender.send({ status: 'a' });
    sender.send({ status: 'b' });
    sender.close();
    receiver.fail();
    await sender.settled();
    sender.send({ status: 'c' });
    await clock.advance(10_000);
    expect(receiver.received).toEqual(['STATUS=a']);
    expect(clock.timers).toBe(0);
  });
});
