import { connect } from 'node:net';
import type { Clock } from '@quiesce/core';

/** How long a process may take to accept a connection before it counts as alive but busy, in milliseconds. */
const acceptPatienceMs = 1_000;

/**
 * Whether a process is behind a socket. Only a refused connection says that none is; anything else (a full backlog,
 * missing permission, silence) may be a process that is alive.
 */
export function isSocketAlive(path: string, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (isAlive: boolean): void => {
      timer.cancel();
      socket.destroy();
      resolve(isAlive);
    };
    const timer = clock.setTimer(() => settle(true), acceptPatienceMs);
    socket.once('connect', () => settle(true));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      settle(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
    });
  });
}
