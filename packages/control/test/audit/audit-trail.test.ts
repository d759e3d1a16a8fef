import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import type { AuditLog } from '../../src/audit/audit-log.js';
import { type AuditedCall, type AuditTrail, createAuditTrail } from '../../src/audit/audit-trail.js';
import { createTestLogger, type LogLine } from '../support/test-service.js';

/** A log on a disk that hangs until `goOn`. */
function createHangingLog(): { readonly log: AuditLog; readonly waiting: readonly unknown[]; goOn(): void } {
  const waiting: (() => void)[] = [];
  let isHanging = true;
  const log: AuditLog = {
    append: () => (isHanging ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    reopen: () => Promise.resolve(),
    close: () => Promise.resolve(),
    lines: 0,
    failures: 0,
  };
  return {
    log,
    waiting,
    goOn() {
      isHanging = false;
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}

function createCall(via: 'socket' | 'tcp'): AuditedCall {
  return {
    id: 'a',
    caller: { name: via, role: 'force', via, address: undefined },
    method: 'POST',
    path: '/control/shutdown',
    asked: {},
  };
}

describe('a call whose line does not come to the disk, because it hangs', () => {
  function create(): {
    clock: ReturnType<typeof createManualClock>;
    trail: AuditTrail;
    waiting: readonly unknown[];
    goOn(): void;
    messages: LogLine[];
  } {
    const clock = createManualClock();
    const messages: LogLine[] = [];
    const { log, waiting, goOn } = createHangingLog();
    const trail = createAuditTrail({ log, failure: 'refuse', clock, logger: createTestLogger(messages) });
    return { clock, trail, waiting, goOn, messages };
  }

  it('is refused over TCP after five seconds, and taken from the owner of the socket', async () => {
    const { clock, trail, messages } = create();
    const over = Promise.allSettled([
      trail.accepted(createCall('tcp')),
      trail.accepted(createCall('socket')),
    ]);
    await clock.advance(5_000);
    const [tcp, socket] = await over;
    expect(tcp).toMatchObject({ status: 'rejected', reason: { code: 'audit-unavailable' } });
    expect(socket).toMatchObject({ status: 'fulfilled' });
    expect(messages.filter(({ message }) => message.startsWith('not yet in the audit log'))).toHaveLength(2);
  });

  it('holds up nobody after it, until the disk goes on', async () => {
    const { clock, trail, goOn } = create();
    const first = trail.accepted(createCall('socket'));
    await clock.advance(5_000);
    await first;
    await trail.accepted(createCall('socket'));
    await expect(trail.accepted(createCall('tcp'))).rejects.toMatchObject({ code: 'audit-unavailable' });
    goOn();
    await clock.advance(0);
    await trail.accepted(createCall('tcp'));
  });

  it('waits in memory with a thousand others at most', async () => {
    const { clock, trail, waiting, goOn, messages } = create();
    const first = trail.accepted(createCall('socket'));
    await clock.advance(5_000);
    await first;
    for (let call = 0; call < 1_500; call += 1) await trail.accepted(createCall('socket'));
    expect(waiting).toHaveLength(1_000);
    expect(messages.filter(({ message }) => message.startsWith('not in the audit log'))).toHaveLength(501);
    goOn();
    await clock.advance(0);
    await trail.accepted(createCall('tcp'));
  });
});
