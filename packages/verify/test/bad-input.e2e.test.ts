import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canListen, findFreePort } from '../src/server/free-port.js';
import { failedClauses, fixture, judgeCommand, runJudge } from './run-judge.js';

/** Every process whose command line holds this text. */
function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return command.includes(text) ? [`${pid} ${command}`] : [];
      } catch {
        return [];
      }
    });
}

/** The pids of a process's children; see proc(5). */
function childrenOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ');
}

function isRunning(pid: string): boolean {
  return existsSync(`/proc/${pid}`);
}

/** A server of that kind, with a word on its command line by which it can be found again. */
function awkward(kind: string, word: string): string[] {
  return ['--', process.execPath, fixture('awkward-server.mjs'), kind, word];
}

const quick = [
  '--runs',
  '1',
  '--only',
  'stop',
  '--deadline',
  '1',
  '--start-timeout',
  '30',
  '--expect-exit',
  'any',
];

describe('a server that cannot be judged', () => {
  it.each([
    ['exits', /exited with code 3 before it was ready[^]*cannot open the database/],
    ['dies-under-load', /ended with code 9 before any stop signal/],
    ['dying', /ended with code 0 before any stop signal|no complete answer|gave no answer/],
  ])('that %s is said to be so, and nothing is left of it', async (kind, message) => {
    const word = `word-${kind}-${process.pid}`;
    const { code, stderr } = await runJudge([...quick, ...awkward(kind, word)]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(processesWith(word)).toEqual([]);
  });

  it.each([
    ['never-listens', /nothing in its process group listens/],
    ['answers-nothing', /it listens on \d+, which gave no answer/],
  ])('that %s is given up after a while, and nothing is left of it', async (kind, message) => {
    const word = `word-${kind}-${process.pid}`;
    // A busy machine may take this long to start a process at all; then it does not listen either.
    const { code, stderr } = await runJudge([...quick, '--start-timeout', '4', ...awkward(kind, word)]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(processesWith(word)).toEqual([]);
  });

  it('because its command does not exist, is said to be so', async () => {
    const { code, stderr } = await runJudge(['--', '/no/such/server']);
    expect(stderr).toMatch(/cannot start "\/no\/such\/server".*ENOENT/);
    expect(code).toBe(2);
  });
});

describe('an awkward server', () => {
  it.each(['listens-elsewhere', 'slow-start', 'slow-answers', 'floods-stdout'])(
    'that %s is judged all the same',
    async (kind) => {
      const word = `word-${kind}-${process.pid}`;
      const { report, stderr } = await runJudge([...quick, ...awkward(kind, word)]);
      expect(report?.runs, stderr).toHaveLength(1);
      expect(report?.account.verdicts.answered).toBeGreaterThan(0);
      expect(processesWith(word)).toEqual([]);
    },
  );

  it('whose answers are other bytes in each process is not accused of that', async () => {
    const word = `word-own-${process.pid}`;
    const { report, stderr } = await runJudge([...quick, ...awkward('answers-of-its-own', word)]);
    expect(report?.account.verdicts.answered, stderr).toBeGreaterThan(0);
    expect(report?.account.verdicts.wrong).toBe(0);
  });

  it('that ignores signals is killed at the deadline, and is not started again for what is known', async () => {
    const word = `word-ignores-${process.pid}`;
    const port = await findFreePort();
    const settings = [...quick, '--runs', '5', '--port', String(port)];
    const { code, report, stderr } = await runJudge([...settings, ...awkward('ignores-signals', word)]);
    expect(code).toBe(1);
    expect(failedClauses(report), stderr).toContain('Q10');
    expect(report?.runs.map(({ exit }) => exit.killed)).toEqual([true, true]);
    expect(report?.skipped).toHaveLength(3);
    expect(await canListen(port)).toBe(true);
    expect(processesWith(word)).toEqual([]);
  });
});

describe('bad options', () => {
  it.each([
    [['--runs', 'many'], /--runs must be a number/],
    [['--runs', '0'], /runs must be a whole number from 1/],
    [['--signal', 'SIGKILL'], /--signal must be one of/],
    [['--only', 'everything'], /--only must list some of/],
    [['--durable', 'PUT /x'], /--durable must be like/],
    [['--served-log', '('], /--served-log must be a regular expression/],
    [['--served-body', '['], /--served-body must be a regular expression/],
    [['--url', 'http://127.0.0.1:1'], /command must not come with url/],
    [['--stop-command', 'true'], /stopCommand must come with url/],
    [['--requests', '/no/such/file'], /--requests must name a readable/],
    [['--no-such-option'], /unknown option/],
  ])('%j are refused before anything is started', async (args, message) => {
    const { code, stderr } = await runJudge([...args, ...awkward('never-listens', 'word-options')]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('the judge itself, ended in the middle', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'by %s leaves nothing running',
    async (signal) => {
      const word = `word-interrupted-${signal}-${process.pid}`;
      const [file, ...args] = judgeCommand([
        '--deadline',
        '2',
        '--runs',
        '50',
        '--keep-going',
        ...awkward('ignores-signals', word),
      ]);
      const judge = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
      try {
        // One line a run: the first run is over, and the second is under way.
        let text = '';
        judge.stderr.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        await expect.poll(() => text, { timeout: 60_000 }).toContain('run 1 of 50');
        await expect.poll(() => processesWith(word).length, { timeout: 10_000 }).toBeGreaterThan(1);
        const children = childrenOf(judge.pid ?? 0);
        judge.kill(signal);
        const [code] = await once(judge, 'exit');
        expect(code).toBe(signal === 'SIGKILL' ? null : 130);
        await expect.poll(() => processesWith(word), { timeout: 10_000 }).toEqual([]);
        await expect.poll(() => children.filter(isRunning), { timeout: 10_000 }).toEqual([]);
      } finally {
        judge.kill('SIGKILL');
      }
    },
    120_000,
  );
});
