import { describe, expect, it } from 'vitest';
import { formatNotifyMessage } from '../../src/systemd/notify-message.js';

describe('a message to the service manager', () => {
  it('has one assignment a line, with times in whole microseconds', () => {
    const message = formatNotifyMessage({
      mainPid: 12,
      ready: true,
      stopping: true,
      watchdog: true,
      extendTimeoutMs: 1_234.567_8,
      status: 'draining',
    });
    expect(message.split('\n')).toEqual([
      'MAINPID=12',
      'READY=1',
      'STOPPING=1',
      'EXTEND_TIMEOUT_USEC=1234568',
      'WATCHDOG=1',
      'STATUS=draining',
    ]);
  });

  it('says since when the service is reloading, as Type=notify-reload wants to know', () => {
    expect(formatNotifyMessage({ reloadingSinceMs: 5.5 })).toBe('RELOADING=1\nMONOTONIC_USEC=5500');
  });

  it('lets no status begin an assignment of its own, nor fill the datagram', () => {
    expect(formatNotifyMessage({ status: 'a\nMAINPID=1\0\tb' })).toBe('STATUS=a MAINPID=1 b');
    expect(Buffer.byteLength(formatNotifyMessage({ status: '漢'.repeat(5_000) }))).toBeLessThan(4_096);
  });
});
