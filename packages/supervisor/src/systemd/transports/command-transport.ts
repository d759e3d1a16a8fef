import { spawn } from 'node:child_process';
import type { NotifyTransport } from '../notify-sender.js';

/**
 * Runs `systemd-notify` for each message. It waits until the service manager has taken the message (`BARRIER=1`), so
 * that its sender can still be looked up. As root it sends in this process's name; else the unit needs
 * `NotifyAccess=all`.
 */
export function createCommandTransport(command: string, socket: string): NotifyTransport {
  return (message) =>
    new Promise((resolve, reject) => {
      const child = spawn(command, ['--', ...message.split('\n')], {
        env: { NOTIFY_SOCKET: socket },
        stdio: 'ignore',
      });
      child.unref();
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        if (code === 0) resolve();
        // With KillMode=control-group the signal that stops the service ends this child as well.
        else reject(new Error(`${command} ended with ${signal ?? code}`));
      });
    });
}
