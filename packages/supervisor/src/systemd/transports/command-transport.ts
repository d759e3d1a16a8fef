import { type ChildProcess, spawn } from 'node:child_process';
import type { OpenTransport } from './transport.js';

/**
 * Runs `systemd-notify` for each message. It ends when the service manager has taken the message (`BARRIER=1`), so
 * that whose message it is can still be looked up. As root it sends in the name of this process; otherwise the unit
 * needs `NotifyAccess=all`.
 */
export function openCommandTransport(command: string, socket: string): OpenTransport {
  let running: ChildProcess | undefined;
  return {
    name: command,
    send: (message) =>
      new Promise((resolve, reject) => {
        const child = spawn(command, ['--', ...message.split('\n')], {
          env: { NOTIFY_SOCKET: socket },
          stdio: 'ignore',
        });
        running = child;
        child.unref();
        child.once('error', reject);
        child.once('exit', (code, signal) => {
          if (running === child) running = undefined;
          if (code === 0) resolve();
          // With KillMode=control-group the signal that stops the service ends this child too.
          else reject(new Error(`${command} ended with ${signal ?? code}`));
        });
      }),
    close() {
      running?.kill('SIGKILL');
    },
  };
}
