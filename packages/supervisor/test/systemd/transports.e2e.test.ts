import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it, type TestContext } from 'vitest';
import { startNode, startProcess, type TestProcess } from '../../../../e2e/support/process.js';
import { requireServer } from '../../../../e2e/support/servers.js';
import { startDatagramReceiver } from '../support/datagram-receiver.js';

const service = fileURLToPath(new URL('../fixtures/notifying-service.mjs', import.meta.url));

/** Hands over a connected descriptor, as systemd 253 does with `OpenFile=`, and becomes the service. */
const openFile = `
  use POSIX ();
  $^F = 9;
  socket(S, AF_UNIX, SOCK_DGRAM, 0) or die $!;
  (my $name = $ENV{NOTIFY_SOCKET}) =~ s/^@/\\0/;
  connect(S, pack_sockaddr_un($name));
  POSIX::dup2(fileno(S), 3) unless fileno(S) == 3;
  @ENV{qw(LISTEN_PID LISTEN_FDS LISTEN_FDNAMES)} = ($$, 1, 'notify');
  exec @ARGV;
`;

function createFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'quiesce-notify-'));
  context.onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A `PATH` with one program and nothing else. */
function createPath(context: TestContext, name: string, program: string): string {
  const folder = createFolder(context);
  symlinkSync(program, join(folder, name));
  return folder;
}

type Start = (context: TestContext, socket: string) => TestProcess;

const ways: Readonly<Record<string, Start>> = {
  'systemd-notify': startWith('systemd-notify'),
  perl: startWith('perl'),
  python3: startWith('python3'),
  'a descriptor': (context, socket) => {
    const perl = requireServer(context, 'perl');
    const args = ['-MSocket', '-e', openFile, process.execPath, service];
    const env = { HOLD: '1', NOTIFY_SOCKET: socket, PATH: '/nowhere' };
    return startProcess(perl, args, { env, onFinished: context.onTestFinished });
  },
};

function startWith(name: 'systemd-notify' | 'perl' | 'python3'): Start {
  return (context, socket) => {
    const path = createPath(context, name, requireServer(context, name));
    const env = { HOLD: '1', NOTIFY_SOCKET: socket, PATH: path };
    return startNode(service, [], { env, onFinished: context.onTestFinished });
  };
}

const sockets: Readonly<Record<string, (context: TestContext) => string>> = {
  'with a path': (context) => join(createFolder(context), 'notify'),
  'in the abstract namespace': () => `@quiesce-${randomUUID()}`,
};

describe.concurrent.each(Object.entries(ways))('%s', (_way, start) => {
  it.for(Object.entries(sockets))('reaches a socket %s', async ([, createSocket], context) => {
    const { expect } = context;
    const socket = createSocket(context);
    const receiver = await startDatagramReceiver(
      requireServer(context, 'perl'),
      socket,
      context.onTestFinished,
    );
    const running = start(context, socket);
    await receiver.waitForLine(/^READY=1\|STATUS=running$/);
    running.signal('SIGTERM');
    await receiver.waitForLine(/^STOPPING=1\|EXTEND_TIMEOUT_USEC=\d+\|STATUS=stopping \(graceful\): /);
    running.stdin.write('end\n');
    expect(await running.waitForExit()).toMatchObject({ code: 0 });
    expect(running.stderr).not.toContain('notified');
  });

  it('holds and breaks no stop when nobody listens, and says so once', async (context) => {
    const { expect } = context;
    const running = start(context, join(createFolder(context), 'nobody'));
    await running.waitForLine(/notifies: true/);
    await running.waitForLine(/could not be notified/, { from: 'stderr' });
    running.signal('SIGTERM');
    running.stdin.write('end\n');
    expect(await running.waitForExit()).toMatchObject({ code: 0 });
    expect(running.stderr.match(/could not be notified/g)).toHaveLength(1);
  });
});
