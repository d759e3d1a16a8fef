import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { findServer } from '../../../e2e/support/servers.js';
import { findCommand } from '../../../scripts/find-command.mjs';
import { findFreePort } from '../src/server/free-port.js';
import { failedClauses, fixture, type JudgeResult, runJudge } from './run-judge.js';

const timeout = 300_000;
const settings = '--runs 10 --deadline 6 --connections 16'.split(' ');
const ready = ['--ready', '/readyz', '--announce', '0.2'];

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'quiesce-languages-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const judge = async (args: readonly string[], defect = ''): Promise<JudgeResult> =>
  await runJudge([...settings, '--seed', 'languages', ...args], { DEFECT: defect });

describe('a server on Go net/http', () => {
  const built = (context: TestContext): string[] => {
    const go = findServer('go') ?? context.skip('go is not installed');
    const program = join(directory, 'go-server');
    execFileSync(go, ['build', '-o', program, '.'], { cwd: fixture('go-server') });
    return ['--', program];
  };

  it('that announces, tells and then shuts down breaks nothing', { timeout }, async (context) => {
    const { report, stderr } = await judge([...ready, ...built(context)]);
    expect(failedClauses(report), stderr).toEqual([]);
  });

  it('that calls Shutdown at once is accused of that', { timeout }, async (context) => {
    const { report, stderr } = await judge([...ready, ...built(context)], 'shutdown-at-once');
    expect(failedClauses(report), stderr).toEqual(expect.arrayContaining(['Q05', 'Q07']));
    expect(failedClauses(report)).not.toContain('Q16');
  });

  it('that does not care for signals loses what it has in hand', { timeout }, async (context) => {
    const { report, stderr } = await judge(['--expect-exit', 'SIGTERM', ...built(context)], 'no-handler');
    expect(failedClauses(report), stderr).toContain('Q01');
  });
});

describe('a server on Python asyncio', () => {
  const python = (context: TestContext): string[] => {
    const program = findCommand(['python3']) ?? context.skip('python3 is not installed');
    return ['--', program, fixture('python-server/server.py')];
  };

  it('that announces, tells and then closes breaks nothing', { timeout }, async (context) => {
    const { report, stderr } = await judge([...ready, ...python(context)]);
    expect(failedClauses(report), stderr).toEqual([]);
  });

  it('that does not care for signals loses what it has in hand', { timeout }, async (context) => {
    const { report, stderr } = await judge(['--expect-exit', 'SIGTERM', ...python(context)], 'no-handler');
    expect(failedClauses(report), stderr).toContain('Q01');
  });
});

describe('nginx', () => {
  const nginx = async (context: TestContext): Promise<string[]> => {
    const program = findServer('nginx') ?? context.skip('nginx is not installed');
    const port = await findFreePort();
    mkdirSync(join(directory, 'nginx'), { recursive: true });
    const file = join(directory, 'nginx.conf');
    const lines = [
      ...(process.getuid?.() === 0 ? ['user root;'] : []),
      `daemon off; worker_processes 1; pid ${directory}/nginx.pid; error_log ${directory}/nginx/error.log;`,
      'events { worker_connections 1024; }',
      'http { access_log off; client_header_timeout 1s;',
      ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (kind) => `${kind}_temp_path ${directory}/nginx;`,
      ),
      `server { listen 127.0.0.1:${port}; location / { return 200 "hello"; } } }`,
    ];
    writeFileSync(file, lines.join('\n'));
    return ['--port', String(port), '--', program, '-p', directory, '-c', file];
  };

  it('completes what it has in hand when it is told to quit', { timeout }, async (context) => {
    const { report, stderr } = await judge(['--signal', 'SIGQUIT', ...(await nginx(context))]);
    expect(failedClauses(report), stderr).not.toContain('Q01');
    expect(report?.clauses.find(({ id }) => id === 'Q01')?.outcome).toBe('pass');
    expect(report?.clauses.find(({ id }) => id === 'Q16')?.outcome).toBe('pass');
  });
});
