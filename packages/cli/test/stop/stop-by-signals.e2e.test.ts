import { chmod, chown, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startNode, startProcess, type TestProcess } from '../../../../e2e/support/process.js';
import { createTemporaryDirectory } from '../../../control/test/support/temporary-directory.js';
import { type QuiesceRun, runQuiesce, startQuiesce } from '../support/quiesce-process.js';

const fixture = new URL('../fixtures/obeys-signals.mjs', import.meta.url);

/** Starts a program without a control endpoint. */
async function startProgram(how = 'obeys'): Promise<TestProcess> {
  const program = startNode(fixture, [how]);
  await program.waitForLine('ready');
  return program;
}

function parse({ stdout }: QuiesceRun): Record<string, unknown> {
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('quiesce stop --pid', () => {
  it('sends SIGTERM, waits until the process is gone, and says what it cannot know', async () => {
    const program = await startProgram();
    const stop = await runQuiesce(['stop', '--pid', String(program.pid), '--json']);
    expect(parse(stop)).toMatchObject({
      schema: 'quiesce.stop/1',
      outcome: 'ended',
      exitCode: 0,
      via: 'signals',
      pid: program.pid,
      gone: true,
      report: null,
      mode: { requested: null, reached: 'graceful' },
      signals: [{ signal: 'SIGTERM' }],
      unknown: ['exit', 'phases', 'components', 'work'],
    });
    expect(stop.code).toBe(0);
    expect(await program.waitForExit()).toMatchObject({ code: 0, signal: null });
  });

  it('kills a process that ignores SIGTERM before its time is over: 2', async () => {
    const program = await startProgram('ignores');
    const stop = await runQuiesce(['stop', '--pid', String(program.pid), '--timeout', '1', '--json']);
    expect(parse(stop)).toMatchObject({ outcome: 'forced', gone: true, mode: { reached: 'force' } });
    const sent = parse(stop)['signals'] as readonly { signal: string; atMs: number }[];
    expect(sent.map(({ signal }) => signal)).toEqual(['SIGTERM', 'SIGKILL']);
    expect(sent[1]?.atMs).toBeGreaterThanOrEqual(890);
    expect(stop.code).toBe(2);
    expect(await program.waitForExit()).toMatchObject({ signal: 'SIGKILL' });
  });

  it('sends SIGTERM twice for last-ditch, and nothing but SIGKILL for force', async () => {
    const twice = await startProgram('twice');
    const lastDitch = await runQuiesce(['stop', '--pid', String(twice.pid), '--mode', 'last-ditch']);
    expect(lastDitch.code).toBe(0);
    expect(twice.stdout).toBe('ready\nSIGTERM 1\nSIGTERM 2\n');
    const program = await startProgram();
    const force = await runQuiesce(['stop', '--pid', String(program.pid), '--mode', 'force']);
    expect(force.code).toBe(2);
    expect(program.stdout).toBe('ready\n');
  });

  it('says that signals know no lame-duck, and stops gracefully', async () => {
    const program = await startProgram();
    const stop = await runQuiesce(['stop', '--pid', String(program.pid), '--mode', 'lame-duck']);
    expect(stop).toMatchObject({ code: 0 });
    expect(stop.stdout).toContain('the stop is graceful');
  });

  it('does not wait with --no-wait, and says that no SIGKILL will follow', async () => {
    const program = await startProgram('ignores');
    const stop = await runQuiesce(['stop', '--pid', String(program.pid), '--no-wait']);
    expect(stop.code).toBe(0);
    expect(stop.stdout).toContain('SIGKILL will not follow');
    await program.waitForLine('SIGTERM 1');
    expect(program.exit).toBeUndefined();
  });

  it('kills nobody when its waiting is interrupted: 6', async () => {
    const program = await startProgram('ignores');
    const stop = startQuiesce(['stop', '--pid', String(program.pid), '--timeout', '600']);
    await stop.waitForLine('SIGTERM sent');
    await program.waitForLine('SIGTERM 1');
    stop.signalGroup('SIGINT');
    expect(await stop.waitForExit()).toMatchObject({ code: 6 });
    expect(stop.stdout).toMatch(/is still there; nobody will send the SIGKILL/);
    expect(program.exit).toBeUndefined();
  });

  it.each([
    ['0', 1, 'stands for a whole process group'],
    ['-1', 1, 'stands for a whole process group'],
    ['1', 1, 'is the first process of this machine or container'],
    ['12x', 1, 'must be a process id'],
    ['99999999', 1, 'must be a process id, 4194304 at most'],
    ['4194304', 4, 'there is no process 4194304'],
  ])('leaves pid %s alone and ends with %d: it %s', async (pid, code, message) => {
    const stop = await runQuiesce(['stop', `--pid=${pid}`, '--timeout', '1']);
    expect(stop.stderr).toContain(message);
    expect(stop).toMatchObject({ code, stdout: '' });
  });
});

describe('quiesce stop --pid-file', () => {
  async function writePidFile(text: string): Promise<string> {
    const path = join(await createTemporaryDirectory(), 'service.pid');
    await writeFile(path, text);
    return path;
  }

  it.each([
    ['a line break', (pid: number) => `${pid}\n`],
    ['white space', (pid: number) => ` \t${pid} \r\n\n`],
    [
      'further lines, as that of PostgreSQL',
      (pid: number) => `${pid}\n/var/lib/postgresql\n1700000000\n5432\n`,
    ],
  ])('takes a file with %s', async (_what, text) => {
    const program = await startProgram();
    const path = await writePidFile(text(program.pid));
    expect(await runQuiesce(['stop', '--pid-file', path, '--expect-command', 'node'])).toMatchObject({
      code: 0,
    });
    expect(await program.waitForExit()).toMatchObject({ code: 0 });
  });

  it.each([
    ['nothing', '', 4, 'is empty'],
    ['a blank line', ' \n', 4, 'is empty'],
    ['a word', 'nginx\n', 1, 'must be a process id; got "nginx"'],
    ['two numbers', '12 34\n', 1, 'must be a process id'],
    ['zero', '0\n', 1, 'stands for a whole process group'],
    ['a negative number', '-4711\n', 1, 'stands for a whole process group'],
    ['the first process', '1\n', 1, 'gets no signal from here'],
    ['bytes', '\u0000\u0001', 1, 'must be a process id'],
    ['the pid of nobody', '4194304\n', 4, 'is stale: there is no process 4194304'],
  ])('signals nobody when the file holds %s', async (_what, text, code, message) => {
    const stop = await runQuiesce(['stop', '--pid-file', await writePidFile(text)]);
    expect(stop.stderr).toContain(message);
    expect(stop).toMatchObject({ code, stdout: '' });
  });

  it('says that there is none: 4', async () => {
    const stop = await runQuiesce(['stop', '--pid-file', '/nowhere/service.pid']);
    expect(stop).toMatchObject({ code: 4 });
    expect(stop.stderr).toContain('there is no pid file');
  });

  it('leaves a process alone that is younger than the file: it is another one with the same pid', async () => {
    const program = await startProgram();
    const path = await writePidFile(`${program.pid}\n`);
    const anHourAgo = new Date(Date.now() - 3_600_000);
    await utimes(path, anHourAgo, anHourAgo);
    const stop = await runQuiesce(['stop', '--pid-file', path]);
    expect(stop.code).toBe(4);
    expect(stop.stderr).toMatch(/is stale: pid \d+ \(.*\) was started .* after the file was written/);
    expect(program.stdout).toBe('ready\n');
  });

  it('leaves a program alone that is not called as it must be', async () => {
    const program = await startProgram();
    const path = await writePidFile(`${program.pid}\n`);
    const stop = await runQuiesce(['stop', '--pid-file', path, '--expect-command', 'nginx']);
    expect(stop.code).toBe(4);
    expect(stop.stderr).toMatch(/is not "nginx": it is called node/);
    expect(program.stdout).toBe('ready\n');
  });

  it('is refused when everybody can write to it: 5', async () => {
    const program = await startProgram();
    const path = await writePidFile(`${program.pid}\n`);
    await chmod(path, 0o666);
    const stop = await runQuiesce(['stop', '--pid-file', path]);
    expect(stop).toMatchObject({ code: 5, stdout: '' });
    expect(program.stdout).toBe('ready\n');
  });

  it.runIf(process.getuid?.() === 0)(
    'counts for processes of its owner alone: whoever owns it can write any number into it',
    async () => {
      const program = await startProgram();
      const path = await writePidFile(`${program.pid}\n`);
      await chown(path, 65_534, 65_534);
      const stop = await runQuiesce(['stop', '--pid-file', path]);
      expect(stop.code).toBe(5);
      expect(stop.stderr).toContain('runs as uid 0, and pid file');
      expect(program.stdout).toBe('ready\n');
      const own = startProcess('setpriv', ['--reuid=65534', '--clear-groups', 'sleep', '600']);
      await expect.poll(() => readFile(`/proc/${own.pid}/comm`, 'utf8'), { timeout: 10_000 }).toBe('sleep\n');
      await writeFile(path, `${own.pid}\n`);
      expect(await runQuiesce(['stop', '--pid-file', path])).toMatchObject({ code: 0 });
    },
  );

  it.runIf(process.getuid?.() === 0)('is refused when it cannot be read: 5', async () => {
    const path = await writePidFile('4711\n');
    const as = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const stop = await runQuiesce(['stop', '--pid-file', path], { as });
    expect(stop).toMatchObject({ code: 5 });
  });
});
