import { describe, expect, it } from 'vitest';
import { readNotifyEnvironment, withoutNotifyVariables } from '../../src/systemd/notify-environment.js';

const socket = '/run/systemd/notify';

describe('the environment that a service manager makes', () => {
  it('names a socket by its path or, after an @, in the abstract namespace', () => {
    expect(readNotifyEnvironment({ NOTIFY_SOCKET: socket }, 7)).toEqual({ socket });
    expect(readNotifyEnvironment({ NOTIFY_SOCKET: '@/org/notify' }, 7)).toEqual({ socket: '@/org/notify' });
  });

  it.each([undefined, '', '/', '@', 'relative', 'vsock:2:1234'])('asks for nothing with %j', (value) => {
    const env = value === undefined ? {} : { NOTIFY_SOCKET: value };
    expect(readNotifyEnvironment(env, 7)).toBeUndefined();
  });

  it('has a watchdog for this process, or for whoever reads it when none is named', () => {
    const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '30000000' };
    expect(readNotifyEnvironment(env, 7)).toMatchObject({ watchdogMs: 30_000 });
    expect(readNotifyEnvironment({ ...env, WATCHDOG_PID: '7' }, 7)).toMatchObject({ watchdogMs: 30_000 });
    expect(readNotifyEnvironment({ ...env, WATCHDOG_PID: '8' }, 7)).toEqual({ socket });
  });

  it.each(['0', '-1', '1e6', '', 'soon'])('has no watchdog with WATCHDOG_USEC=%s', (value) => {
    expect(readNotifyEnvironment({ NOTIFY_SOCKET: socket, WATCHDOG_USEC: value }, 7)).toEqual({ socket });
  });

  it('may hold a descriptor that is called notify', () => {
    const handed = { NOTIFY_SOCKET: socket, LISTEN_PID: '7', LISTEN_FDS: '2', LISTEN_FDNAMES: 'http:notify' };
    expect(readNotifyEnvironment(handed, 7)).toEqual({ socket, descriptor: 4 });
    expect(readNotifyEnvironment(handed, 8)).toEqual({ socket });
    expect(readNotifyEnvironment({ ...handed, LISTEN_FDS: '1' }, 7)).toEqual({ socket });
    expect(readNotifyEnvironment({ ...handed, LISTEN_FDNAMES: 'http:other' }, 7)).toEqual({ socket });
  });

  it('is not for children', () => {
    const env = { PATH: '/bin', NOTIFY_SOCKET: socket, WATCHDOG_USEC: '1', WATCHDOG_PID: '7' };
    expect(withoutNotifyVariables(env)).toEqual({ PATH: '/bin' });
    expect(env).toHaveProperty('NOTIFY_SOCKET');
  });
});
