import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failedClauses, fixture, runJudge } from './run-judge.js';

describe('a server with TLS that speaks HTTP/2', () => {
  let directory = '';
  let env: Record<string, string> = {};
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'quiesce-http2-'));
    env = { KEY_FILE: join(directory, 'key.pem'), CERTIFICATE_FILE: join(directory, 'certificate.pem') };
    const request =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost';
    const files = ['-keyout', join(directory, 'key.pem'), '-out', join(directory, 'certificate.pem')];
    execFileSync('openssl', [...request.split(' '), ...files], { stdio: 'ignore' });
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const judge = async (defect: string) =>
    await runJudge(
      [
        '--tls',
        '--only',
        'stop',
        '--runs',
        '2',
        '--deadline',
        '6',
        '--',
        process.execPath,
        fixture('http2-server.mjs'),
      ],
      { ...env, DEFECT: defect },
    );

  it('is found to do so, and its sessions are seen to end with GOAWAY', async () => {
    const { report, stderr } = await judge('none');
    expect(report?.server.http2, stderr).toBe(true);
    expect(report?.account.streams.http2?.answered).toBeGreaterThan(0);
    expect(report?.runs.every(({ goaway }) => goaway.received > 0 && goaway.endedWithout === 0)).toBe(true);
    expect(failedClauses(report), stderr).not.toContain('Q04');
  });

  it('is accused when its sessions end without a word', async () => {
    const { report, stderr } = await judge('no-goaway');
    expect(failedClauses(report), stderr).toContain('Q04');
    // Not of every run: on a busy machine one may be stopped before its sessions have begun.
    expect(report?.runs.some(({ goaway }) => goaway.endedWithout > 0)).toBe(true);
  });
});
