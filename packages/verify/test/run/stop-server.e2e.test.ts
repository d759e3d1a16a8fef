import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { resolveVerifyOptions } from '../../src/options/resolve-verify-options.js';
import { stopServer } from '../../src/run/stop-server.js';
import { type ServerProcess, startServer } from '../../src/server/server-process.js';

/** Connects when it is there, and ends with the number of signals that it has had as its exit code. */
const countsSignals = `
  let count = 0;
  process.on('SIGTERM', () => {
    count += 1;
    if (count === 1) setTimeout(() => process.exit(count), 500);
  });
  require('node:net').connect(Number(process.env.PORT), '127.0.0.1');
`;

describe('the same signal twice', () => {
  const reception = createServer();
  let server: ServerProcess | undefined;
  afterEach(() => {
    server?.destroy();
    reception.close();
  });

  it('reaches a process twice that does not have its turn in between', async () => {
    const command = [process.execPath, '-e', countsSignals];
    await once(reception.listen(0, '127.0.0.1'), 'listening');
    const env = { ...process.env, PORT: String((reception.address() as AddressInfo).port) };
    const isThere = once(reception, 'connection');
    const mark = randomUUID();
    server = await startServer({ command, cwd: tmpdir(), env, servedLog: undefined, mark, asPid1: false });
    await isThere;
    const { pid } = server;
    server.signal('SIGSTOP');
    const goesOn = spawn('sh', ['-c', `sleep 0.6; kill -CONT ${pid}`], { stdio: 'ignore' });
    const over = once(goesOn, 'exit');
    const signals = [0, 2].map((afterMs) => ({ signal: 'SIGTERM' as const, afterMs }));
    const stopped = await stopServer(
      server,
      { after: 'load', afterMs: 0, signals },
      resolveVerifyOptions({ command }),
    );
    await over;
    expect(stopped.exit).toMatchObject({ code: 2 });
    expect(stopped.signals[1]?.atMs).toBeLessThan(400);
  });
});
