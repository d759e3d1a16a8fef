import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFreePort } from '../src/server/free-port.js';
import { failedClauses, fixture, judgeCommand, runJudge } from './run-judge.js';

/** Clauses that ask for nothing but what clients see. */
const seenByClients = ['Q01', 'Q02', 'Q03', 'Q04', 'Q05'];
const readiness = ['--ready', '/readyz'];

describe('a server that is not ours', () => {
  let server: ChildProcess;
  let url = '';
  const start = async (defect = ''): Promise<void> => {
    const port = await findFreePort();
    url = `http://127.0.0.1:${port}`;
    const env = { ...process.env, PORT: String(port), DEFECT: defect };
    server = spawn(process.execPath, [fixture('one-server.mjs')], { env, stdio: 'ignore' });
  };
  beforeEach(async () => await start());
  afterEach(() => server.kill('SIGKILL'));

  it('is judged by what its clients see, when a command stops it', async () => {
    const stop = ['--stop-command', `kill -TERM ${server.pid}`];
    const { code, report, stderr } = await runJudge([...readiness, '--url', url, ...stop]);
    expect(failedClauses(report), stderr).toEqual([]);
    expect(code).toBe(0);
    const passed = report?.clauses.filter(({ outcome }) => outcome === 'pass').map(({ id }) => id);
    expect(passed).toEqual(seenByClients);
    expect(report?.runs[0]?.exit.seen).toBe('gone');
    expect(report?.settings).toMatchObject({ url, stopCommand: stop[1] });
  });

  it('is accused of what it does to them', async () => {
    server.kill('SIGKILL');
    await start('resets-reused');
    const stop = ['--stop-command', `kill -TERM ${server.pid}`];
    const { code, report, stderr } = await runJudge([...readiness, '--url', url, ...stop]);
    expect(failedClauses(report), stderr).toContain('Q02');
    expect(code).toBe(1);
  });

  it('may be stopped by hand, and the stop begins with the first sign of it', async () => {
    const [file, ...args] = judgeCommand([...readiness, '--url', url, '--watch', '20']);
    const judge = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      let progress = '';
      let verdicts = '';
      judge.stdout.on('data', (chunk: Buffer) => (verdicts += chunk.toString()));
      judge.stderr.on('data', (chunk: Buffer) => {
        progress += chunk.toString();
        if (progress.includes('stop http')) server.kill('SIGTERM');
      });
      const [code] = await once(judge, 'close');
      expect(verdicts, progress).toMatch(/pass {2}Q01/);
      expect(verdicts).toMatch(/n\/a|not applicable/);
      expect(code).toBe(0);
    } finally {
      judge.kill('SIGKILL');
    }
  });

  it('goes on running when nobody stops it, and is told to be still there', async () => {
    const stop = ['--stop-command', 'true', '--watch', '0.5'];
    const { report, stderr } = await runJudge(['--url', url, ...stop]);
    expect(report?.runs[0]?.exit.seen, stderr).toBe('still there');
    expect(failedClauses(report), stderr).toEqual([]);
    expect(server.exitCode).toBeNull();
  });

  it('is not judged when its stop command fails', async () => {
    const { code, stderr } = await runJudge([
      '--url',
      url,
      '--stop-command',
      'echo no such unit >&2; exit 5',
    ]);
    expect(stderr).toMatch(/the stop command exited with code 5[^]*no such unit/);
    expect(code).toBe(2);
  });

  it('is not judged when it does not answer', async () => {
    server.kill('SIGKILL');
    await once(server, 'exit');
    const { code, stderr } = await runJudge(['--url', url, '--start-timeout', '0.3']);
    expect(stderr).toMatch(/not ready after 300 ms: \/ gave no answer/);
    expect(code).toBe(2);
  });
});
