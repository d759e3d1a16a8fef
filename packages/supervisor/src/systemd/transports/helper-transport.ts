import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { OpenTransport } from './transport.js';

type Helper = ChildProcessByStdio<Writable, Readable, null>;

/** Settles the message that the helper is at. */
interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Keeps a helper that sends datagrams (see `helper-programs.ts`), for a place without `systemd-notify`: a container
 * that a service manager outside listens to. The unit needs `NotifyAccess=all`.
 */
export function openHelperTransport(command: string, args: readonly string[], socket: string): OpenTransport {
  let helper: Helper | undefined;
  let waiting: Waiting | undefined;

  const settle = (error?: Error): void => {
    const settled = waiting;
    waiting = undefined;
    if (error === undefined) settled?.resolve();
    else settled?.reject(error);
  };

  const start = (): Helper => {
    const child = spawn(command, [...args], {
      env: { NOTIFY_SOCKET: socket },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    // Neither the helper nor its pipes keep this process alive.
    child.unref();
    for (const pipe of [child.stdin, child.stdout]) (pipe as Partial<Socket>).unref?.();
    const ended = (error: Error): void => {
      if (helper === child) helper = undefined;
      settle(error);
    };
    child.stdin.on('error', ended);
    child.once('error', ended);
    child.once('exit', (code, signal) => ended(new Error(`${command} ended with ${signal ?? code}`)));
    createInterface(child.stdout).on('line', (line) => {
      settle(line === '' ? undefined : new Error(`${command}: ${line}`));
    });
    return child;
  };

  return {
    name: command,
    send: (message) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        helper ??= start();
        helper.stdin.write(`${message.replaceAll('\n', '\t')}\n`);
      }),
    close() {
      helper?.kill('SIGKILL');
    },
  };
}
