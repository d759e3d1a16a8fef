import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runQuiesce } from '../support/quiesce-process.js';
import { childrenOf, createFolder, isAlive, program, supervise } from '../support/supervise.js';

describe('quiesce run with a command that cannot be run', () => {
  it('exits with 127 when it is not found, and says so', async () => {
    const { supervisor, report } = supervise([], ['no-such-program']);
    expect(await supervisor.waitForExit()).toMatchObject({ code: 127 });
    expect(supervisor.stderr).toContain('"no-such-program" was not found');
    expect(report()).toMatchObject({ outcome: 'failed', exit: { code: 127 } });
  });

  it('exits with 127 when its interpreter is missing', async () => {
    const script = join(createFolder(), 'script');
    writeFileSync(script, '#!/nowhere/interpreter\n');
    chmodSync(script, 0o755);
    const { supervisor } = supervise([], [script]);
    expect(await supervisor.waitForExit()).toMatchObject({ code: 127 });
  });

  it('exits with 126 when it cannot be executed', async () => {
    const file = join(createFolder(), 'file');
    writeFileSync(file, 'text');
    const { supervisor } = supervise([], [file]);
    expect(await supervisor.waitForExit()).toMatchObject({ code: 126 });
    expect(supervisor.stderr).toMatch(/cannot be executed/);
  });
});

describe('quiesce run with options that cannot be', () => {
  it.each([
    ['an unknown profile', ['--profile', 'natz'], /--profile must be one of nats-server, .*; got "natz"/],
    ['a profile that is not there', ['--profile', './no.json'], /--profile must be a file.*ENOENT/],
    [
      'a mode that the profile lacks',
      ['--mode', 'lame-duck'],
      /--mode must be one that the profile "generic" has/,
    ],
    [
      'a policy that is none',
      ['--shutdown-exit-code', '2'],
      /--shutdown-exit-code must be one of legacy, 0, 1/,
    ],
    [
      'readiness that is none',
      ['--ready', 'soon'],
      /--ready must begin with http:, tcp:, log: or file:; got "soon"/,
    ],
    ['a pattern that is none', ['--ready', 'log:('], /--ready must be a regular expression/],
    ['a plan that does not fit', ['--timeout', '29.5', '--platform-grace', '30'], /more than the 30000 ms/],
    ['a port without a token', ['--control-port', '9000'], /--control-port needs --token-file/],
    ['probes that are no address', ['--probes', 'x'], /--probes must be PORT or HOST:PORT/],
  ])('refuses %s, and starts nothing', async (_what, options, message) => {
    const run = await runQuiesce(['run', ...options, '--', 'sh', '-c', 'echo started']);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(message);
  });

  it('starts nothing when the control endpoint cannot be where it should', async () => {
    const run = await runQuiesce(['run', '--socket', '/proc/x.sock', '--', 'sh', '-c', 'echo started']);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('"control" failed to start');
  });
});

describe('quiesce run with a command that ends by itself', () => {
  it.each([
    ['exit 3', 3, 'exit code 3'],
    ['kill -9 $$', 137, 'SIGKILL'],
    ['exit 0', 0, 'exit code 0'],
  ])('%s: exits with its code, and says why', async (script, code, why) => {
    const { supervisor, report, child } = supervise(['--announce', '2'], ['sh', '-c', script]);
    expect(await supervisor.waitForExit()).toMatchObject({ code });
    expect(report().exit).toEqual({ code, rule: `the command ended by itself with ${why}` });
    expect(report().outcome).toBe(code === 0 ? 'clean' : 'failed');
    expect(child().steps).toEqual([]);
  });

  it('does not pass on a 1 that the policy gives to clean stops', async () => {
    const { supervisor } = supervise(['--shutdown-exit-code', 'legacy'], ['sh', '-c', 'exit 1']);
    expect(await supervisor.waitForExit()).toMatchObject({ code: 70 });
  });

  it('ends what it leaves behind in its own session', async () => {
    const supervised = supervise([], ['sh', '-c', 'sleep 1000 & echo child $!; exit 4']);
    expect(await supervised.supervisor.waitForExit()).toMatchObject({ code: 4 });
    expect(childrenOf(supervised).filter(isAlive)).toEqual([]);
    expect(supervised.report().notes.map(({ code }) => code)).toContain('left-behind');
  });

  it('fails when it goes to the background, and leaves nothing running', async () => {
    const daemon = 'setsid sleep 1000 & echo child $!; exit 0';
    const supervised = supervise([], ['sh', '-c', daemon]);
    expect(await supervised.supervisor.waitForExit()).toMatchObject({ code: 1 });
    expect(supervised.report().error?.message).toMatch(
      /went to the background.*sleep 1000.*Run it in the foreground/,
    );
    expect(childrenOf(supervised).filter(isAlive)).toEqual([]);
  });
});

describe('quiesce run with a command that is never ready', () => {
  it('stops it when its time is over, and fails', async () => {
    const nobody = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => nobody.once('listening', resolve));
    const { port } = nobody.address() as { port: number };
    await new Promise((resolve) => nobody.close(resolve));
    const options = ['--ready', `tcp:${port}`, '--start-timeout', '0.5'];
    const { supervisor, report, child } = supervise(options, program());
    expect(await supervisor.waitForExit()).toMatchObject({ code: 1 });
    expect(report().error?.message).toContain('readiness');
    expect(supervisor.stderr).toMatch(/not ready after 500 ms; it takes a connection to 127\.0\.0\.1/);
    expect(child().steps.map(({ signal }) => signal)).toEqual(['SIGTERM']);
    expect(isAlive(child().pid)).toBe(false);
  });

  it('can be stopped meanwhile, and that is clean', async () => {
    const { supervisor, child } = supervise(['--ready', 'log:never'], program());
    await supervisor.waitForLine(/^ready/);
    supervisor.signal('SIGTERM');
    expect(await supervisor.waitForExit()).toMatchObject({ code: 0 });
    expect(child().steps).toMatchObject([{ signal: 'SIGTERM', outcome: 'ended' }]);
  });

  it('fails with its code when it ends before', async () => {
    const { supervisor } = supervise(['--ready', 'log:never'], ['sh', '-c', 'sleep 0.1; exit 9']);
    expect(await supervisor.waitForExit()).toMatchObject({ code: 9 });
  });

  it('fails when it ends before, with 0 even', async () => {
    const { supervisor, report } = supervise(['--ready', 'log:never'], ['sh', '-c', 'sleep 0.1; exit 0']);
    expect(await supervisor.waitForExit()).toMatchObject({ code: 1 });
    expect(report().error?.message).toContain('before it was ready');
  });
});
