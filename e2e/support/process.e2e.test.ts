import { describe, expect, it } from 'vitest';
import { type StartProcessOptions, startProcess, type TestProcess } from './process.js';
import { findProcessesOfRun, runMarker } from './processes-of-run.js';

function startScript(script: string, options?: StartProcessOptions): TestProcess {
  return startProcess(process.execPath, ['--input-type=module', '--eval', script], options);
}

const serves = `console.log('ready'); setInterval(() => {}, 1_000);`;

describe('a process that a test starts', () => {
  it('is reported with its exit code and what it wrote to either stream', async () => {
    const child = startScript(`console.log('out'); console.error('err'); process.exitCode = 7;`);

    const exit = await child.waitForExit();

    expect(exit).toMatchObject({ code: 7, signal: null });
    expect(child.stdout).toBe('out\n');
    expect(child.stderr).toBe('err\n');
    expect(child.exit).toEqual(exit);
  });

  it('is reported with the signal that ended it, and the time since that signal', async () => {
    const child = startScript(serves);
    await child.waitForLine('ready');

    expect(child.signal('SIGTERM')).toBe(true);

    const exit = await child.waitForExit();
    expect(exit).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(exit.ms).toBeGreaterThan(0);
    expect(child.signal('SIGTERM')).toBe(false);
  });

  it('is waited for by a line of either stream, one that came already too, and one without an end', async () => {
    const child = startScript(`console.error('first'); process.stdout.write('port 42');`);
    await child.waitForExit();

    await expect(child.waitForLine('first', { from: 'stderr' })).resolves.toBe('first');
    await expect(child.waitForLine(/port \d+/)).resolves.toBe('port 42');
    await expect(child.waitForLine('first', { from: 'stdout' })).rejects.toThrow(/ended without a line/);
  });

  it('fails a wait that is over with all that was written', async () => {
    const child = startScript(serves);
    await child.waitForLine('ready');

    await expect(child.waitForLine('never', { timeoutMs: 20 })).rejects.toThrow(
      /never within 20 ms[^]*ready/,
    );
    await expect(child.waitForExit({ timeoutMs: 20 })).rejects.toThrow(/no exit within 20 ms[^]*ready/);
  });

  it('takes standard input, and an environment that lacks what the test runner sets', async () => {
    const child = startScript(
      `process.stdin.pipe(process.stdout); console.log(process.env.A, process.env.VITEST);`,
      {
        env: { A: 'a' },
      },
    );
    child.stdin.end('said');
    await child.waitForExit();
    expect(child.stdout).toContain('a undefined');
    expect(child.stdout).toContain('said');
  });

  it('cannot be one that does not exist', () => {
    expect(() => startProcess('/nowhere/no-such-program')).toThrow(/could not be started/);
  });

  it('is killed at the end of the test together with its children, and found until then', async () => {
    const ends: (() => Promise<void>)[] = [];
    const run = `run-of-${process.pid}`;
    const child = startScript(
      `import { spawn } from 'node:child_process';
       spawn(process.execPath, ['--eval', 'console.log("child"); setInterval(() => {}, 1_000)'], { stdio: 'inherit' });`,
      { env: { [runMarker]: run }, onFinished: (end) => ends.push(end) },
    );
    await child.waitForLine('child');
    expect(findProcessesOfRun(run)).toHaveLength(process.platform === 'linux' ? 2 : 0);

    for (const end of ends) await end();

    expect(child.exit).toMatchObject({ signal: 'SIGKILL' });
    await expect.poll(() => findProcessesOfRun(run)).toEqual([]);
  });
});
