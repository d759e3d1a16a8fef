import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createControlClient } from '@quiesce/control/client';
import { describe, expect, it } from 'vitest';
import { startNode, startProcess, type TestProcess } from '../../../../e2e/support/process.js';
import { startService, tcp } from '../../../control/test/support/service-process.js';
import { createTemporaryDirectory } from '../../../control/test/support/temporary-directory.js';
import { tokens } from '../../../control/test/support/test-service.js';
import { hasScript, quiesceCommand, runQuiesce, startQuiesce } from '../support/quiesce-process.js';

/** Whether a process is there, by its pid alone. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What `--json` printed. */
function parse(stdout: string): Record<string, unknown> {
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** What the runtime directory is for a service that was started with `socketPath` in it. */
async function createRuntimeDirectory(): Promise<{ runtime: string; socketPath(name: string): string }> {
  const runtime = await createTemporaryDirectory();
  return { runtime, socketPath: (name) => join(runtime, 'quiesce', `${name}.sock`) };
}

describe('quiesce stop', () => {
  it('stops a service by its name, returns when the process is gone, and says how it went', async () => {
    const { runtime, socketPath } = await createRuntimeDirectory();
    const service = await startService({ drainMs: 300, control: { socketPath: socketPath('orders') } });
    const stop = await runQuiesce(['stop', 'orders', '--wait', '--timeout', '30'], {
      env: { XDG_RUNTIME_DIR: runtime },
    });
    expect(isThere(service.process.pid) && service.process.exit === undefined).toBe(false);
    expect(stop.code).toBe(0);
    expect(stop.stdout).toMatch(/^orders \(pid \d+\) has stopped: clean, in .*, exit code 0$/m);
    expect(stop.stderr).toMatch(/^stopping: graceful \(control:owner\), 30 s at most$/m);
    expect(stop.stderr).toMatch(/^ {2}drain +\d+ ms$/m);
    expect(await service.process.waitForExit()).toMatchObject({ code: 0 });
  });

  it.each([
    ['forced', ['--timeout', '0.5'], { hangsIn: 'release' }, 2],
    ['incomplete', ['--timeout', '4'], { hangsIn: 'drain' }, 3],
    ['forced', ['--mode', 'force'], {}, 2],
    ['clean', ['--mode', 'ldm'], {}, 0],
  ] as const)('ends with the code of a stop that was %s (%s)', async (outcome, args, options, code) => {
    const service = await startService(options);
    const stop = await runQuiesce(['stop', '--socket', service.socketPath, '--json', ...args]);
    const result = parse(stop.stdout);
    expect(result).toMatchObject({
      schema: 'quiesce.stop/1',
      outcome,
      exitCode: code,
      via: 'control',
      gone: true,
      pid: service.process.pid,
      unknown: [],
      report: { schema: 'quiesce.report/1', outcome },
    });
    expect(stop.code).toBe(code);
    await service.process.waitForExit();
  });

  it('takes every option from the environment as well', async () => {
    const { runtime, socketPath } = await createRuntimeDirectory();
    const service = await startService({ control: { socketPath: socketPath('orders') } });
    const reportFile = join(runtime, 'report.json');
    const stop = await runQuiesce(['stop'], {
      env: {
        XDG_RUNTIME_DIR: runtime,
        QUIESCE_NAME: 'orders',
        QUIESCE_MODE: 'last-ditch',
        QUIESCE_TIMEOUT: '17',
        QUIESCE_REASON: 'from the environment',
        QUIESCE_JSON: 'true',
        QUIESCE_REPORT: reportFile,
      },
    });
    expect(parse(stop.stdout)).toMatchObject({
      mode: { requested: 'last-ditch', reached: 'last-ditch' },
      timeoutMs: 17_000,
      report: { reason: 'from the environment' },
    });
    expect(await readFile(reportFile, 'utf8')).toBe(stop.stdout);
    await service.process.waitForExit();
  });

  it('gives 20 callers at once one stop and one report', async () => {
    const service = await startService({ hangsIn: 'drain', lifecycle: { timeoutMs: 600_000 } });
    const client = createControlClient({ socketPath: service.socketPath });
    const callers = Array.from({ length: 20 }, () => {
      return startQuiesce(['stop', '--socket', service.socketPath, '--json'], { timeoutMs: 40_000 });
    });
    await expect.poll(async () => (await client.status()).waitingCallers, { timeout: 30_000 }).toBe(20);
    await client.shutdown({ mode: 'last-ditch' });
    const ends = await Promise.all(callers.map((caller) => caller.waitForExit()));
    expect(ends.map(({ code }) => code)).toEqual(callers.map(() => 3));
    const reports = callers.map(({ stdout }) => JSON.stringify(parse(stdout)['report']));
    expect(new Set(reports).size).toBe(1);
    expect(service.process.stderr.match(/stopping \(/g)).toHaveLength(1);
  });

  it('learns at once that the service was killed while it waited, and ends with 2', async () => {
    const service = await startService({ hangsIn: 'drain', lifecycle: { timeoutMs: 600_000 } });
    const stop = startQuiesce(['stop', '--socket', service.socketPath]);
    await stop.waitForLine(/drain +… waiting for web/);
    service.process.signal('SIGKILL');
    expect(await stop.waitForExit()).toMatchObject({ code: 2 });
    expect(stop.stdout).toMatch(/was killed, or crashed, before its stop was over/);
  });

  it('joins a stronger stop that runs already, and says so', async () => {
    const service = await startService({ hangsIn: 'release', lifecycle: { timeoutMs: 600_000 } });
    const first = startQuiesce(['stop', '--socket', service.socketPath, '--mode', 'last-ditch']);
    await first.waitForLine(/stopping: last-ditch/);
    const second = startQuiesce(['stop', '--socket', service.socketPath, '--mode', 'graceful']);
    await second.waitForLine(/it was joined as it is/);
    const client = createControlClient({ socketPath: service.socketPath });
    await expect.poll(async () => (await client.status()).waitingCallers, { timeout: 10_000 }).toBe(2);
    await client.shutdown({ mode: 'force' });
    expect((await first.waitForExit()).code).toBe(2);
    expect((await second.waitForExit()).code).toBe(2);
  });

  it('does not wait with --no-wait', async () => {
    const service = await startService({ hangsIn: 'drain', lifecycle: { timeoutMs: 600_000 } });
    const stop = await runQuiesce(['stop', '--socket', service.socketPath, '--no-wait', '--json']);
    expect(stop.code).toBe(0);
    expect(parse(stop.stdout)).toMatchObject({ outcome: 'begun', gone: false, report: null });
    await service.process.waitForLine(/stopping \(/);
    expect(service.process.exit).toBeUndefined();
  });

  it('stops waiting on Ctrl-C, ends with 6, and leaves the stop alone', async () => {
    const service = await startService({ hangsIn: 'drain', lifecycle: { timeoutMs: 600_000 } });
    const stop = startQuiesce(['stop', '--socket', service.socketPath]);
    await stop.waitForLine(/drain +… waiting for web/);
    stop.signalGroup('SIGINT');
    expect(await stop.waitForExit()).toMatchObject({ code: 6, signal: null });
    expect(stop.stdout).toMatch(/no longer waiting: the stop of orders \(pid \d+\) goes on/);
    const client = createControlClient({ socketPath: service.socketPath });
    expect(await client.status()).toMatchObject({
      state: 'stopping',
      stop: { mode: 'graceful', phase: 'drain' },
    });
    await client.shutdown({ mode: 'force' });
  });

  it.runIf(hasScript)('is given up by a Ctrl-C that is typed at a terminal: 6', async () => {
    const service = await startService({ hangsIn: 'drain', lifecycle: { timeoutMs: 600_000 } });
    const command = `exec "${process.execPath}" "${quiesceCommand}" stop --socket "${service.socketPath}"`;
    const options = ['--quiet', '--flush', '--return', '--command', command, '/dev/null'];
    const terminal = startProcess('script', options, { env: { SHELL: '/bin/sh' } });
    await terminal.waitForLine(/drain +… waiting for web/);
    terminal.stdin.write('\u0003');
    expect(await terminal.waitForExit()).toMatchObject({ code: 6 });
    expect(terminal.stdout).toContain('no longer waiting: the stop of orders');
    const client = createControlClient({ socketPath: service.socketPath });
    expect(await client.status()).toMatchObject({ state: 'stopping' });
    await client.shutdown({ mode: 'force' });
  });

  it('says that the process is still there when it does not end itself', async () => {
    const service = startNode(new URL('../fixtures/embedded.mjs', import.meta.url));
    const socketPath = (await service.waitForLine(/^ready /)).slice(6);
    const stop = await runQuiesce(['stop', '--socket', socketPath, '--timeout', '1']);
    expect(stop.code).toBe(6);
    expect(stop.stdout).toMatch(/says that it has stopped \(clean\), but its process is still there/);
  });

  it('finds nobody where nobody is, and says where it looked: 4', async () => {
    const { runtime, socketPath } = await createRuntimeDirectory();
    const env = { XDG_RUNTIME_DIR: runtime };
    const none = await runQuiesce(['stop', 'orders'], { env });
    expect(none).toMatchObject({ code: 4, stdout: '' });
    expect(none.stderr).toContain(`there is no service "orders" in ${runtime}/quiesce`);
    const service = await startService({ control: { socketPath: socketPath('orders') } });
    service.process.signal('SIGKILL');
    await service.process.waitForExit();
    const dead = await runQuiesce(['stop', 'orders'], { env });
    expect(dead.code).toBe(4);
    expect(dead.stderr).toMatch(/nobody answers at socket .*ECONNREFUSED.*The service is not running/);
  });

  it('names the services there are when none was named', async () => {
    const { runtime, socketPath } = await createRuntimeDirectory();
    const service = await startService({ control: { socketPath: socketPath('orders') } });
    const stop = await runQuiesce(['stop'], { env: { XDG_RUNTIME_DIR: runtime } });
    expect(stop.code).toBe(1);
    expect(stop.stderr).toMatch(/which service\?.*here are orders/);
    expect(service.process.exit).toBeUndefined();
  });

  it('stops over a loopback port with a token from a file, and not without', async () => {
    const service = await startService({ control: tcp });
    const url = service.addresses.url ?? '';
    const port = new URL(url).port;
    const tokenFile = join(service.directory, 'token');
    expect(await runQuiesce(['stop', '--url', url])).toMatchObject({ code: 5 });
    await writeFile(tokenFile, `${tokens.observe}\n`, { mode: 0o600 });
    const weak = await runQuiesce(['stop', '--control-port', port, '--token-file', tokenFile]);
    expect(weak.code).toBe(5);
    expect(weak.stderr).toContain('this needs the role operate');
    await writeFile(tokenFile, `${tokens.operate}\n`);
    expect(await runQuiesce(['stop', '--control-port', port, '--token-file', tokenFile])).toMatchObject({
      code: 0,
    });
    expect(await service.process.waitForExit()).toMatchObject({ code: 0 });
  });

  it.runIf(process.getuid?.() === 0)('is not allowed to another Unix user: 5', async () => {
    const { runtime, socketPath } = await createRuntimeDirectory();
    const service = await startService({ control: { socketPath: socketPath('orders') } });
    expect((await stat(runtime)).mode & 0o077).toBe(0);
    const bySocket = await runAsNobody(['stop', '--socket', service.socketPath]);
    expect(bySocket).toMatchObject({ code: 5 });
    expect(bySocket.stderr).toContain('is not open to this user');
    const byPid = await runAsNobody(['stop', '--pid', String(service.process.pid)]);
    expect(byPid).toMatchObject({ code: 5 });
    expect(byPid.stderr).toContain('belongs to another user');
    expect(service.process.exit).toBeUndefined();
  });

  it('goes to the one of two services of the same name that has the socket', async () => {
    const { runtime, socketPath } = await createRuntimeDirectory();
    const other = await createRuntimeDirectory();
    const first = await startService({ control: { socketPath: socketPath('orders') } });
    const second = await startService({ control: { socketPath: other.socketPath('orders') } });
    const stop = await runQuiesce(['stop', 'orders', '--json'], { env: { XDG_RUNTIME_DIR: other.runtime } });
    expect(parse(stop.stdout)).toMatchObject({ outcome: 'clean', pid: second.process.pid });
    expect(first.process.exit).toBeUndefined();
    const byPid = await runQuiesce(['stop', '--json', '--pid', String(first.process.pid)], {
      env: { XDG_RUNTIME_DIR: runtime },
    });
    expect(parse(byPid.stdout)).toMatchObject({ via: 'control', outcome: 'clean', pid: first.process.pid });
  });
});

async function runAsNobody(args: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  const nobody: TestProcess = startQuiesce(args, {
    as: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
  });
  const { code } = await nobody.waitForExit();
  return { code, stderr: nobody.stderr };
}
