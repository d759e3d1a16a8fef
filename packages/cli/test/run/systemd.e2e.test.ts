import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startProcess } from '../../../../e2e/support/process.js';
import { createFolder, superviseProgram } from '../support/supervise.js';

/** Prints each datagram that comes to a socket as a line, from when it says so. Node.js has no such sockets. */
const listens = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('listening', flush=True)
while True:
    print(s.recv(65536).decode().replace('\\n', ' '), flush=True)`;

describe('quiesce run with a service manager above', () => {
  it('says that it is ready and stopping, and lets the command say nothing', async ({ skip }) => {
    if (spawnSync('python3', ['--version']).status !== 0) skip('python3 is not here to listen');
    const socket = join(createFolder(), 'notify');
    const manager = startProcess('python3', ['-c', listens, socket]);
    await manager.waitForLine('listening');
    const env = { NOTIFY_SOCKET: socket };
    const { supervisor } = await superviseProgram({ env: ['NOTIFY_SOCKET'] }, ['--ready', 'log:^ready'], {
      env,
    });
    await manager.waitForLine(/READY=1/);
    expect(supervisor.stdout).toContain('NOTIFY_SOCKET=\n');
    supervisor.signal('SIGTERM');
    await manager.waitForLine(/STOPPING=1/);
    expect(await supervisor.waitForExit()).toMatchObject({ code: 0 });
  });
});
