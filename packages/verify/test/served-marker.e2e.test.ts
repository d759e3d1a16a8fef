import { describe, expect, it } from 'vitest';
import { failedClauses, fixture, runJudge } from './run-judge.js';

const quick = '--runs 2 --only stop --deadline 4 --processes 1'.split(' ');
const server = ['--', process.execPath, fixture('marked-server.mjs')];

describe('an answer 503 that the handler marked', () => {
  it.each([
    [['--served-header', 'X-Handled-By'], 'response-header'],
    [['--served-body', '^marked: '], 'response-body'],
  ])('is work lost, by %j', async (marker, evidence) => {
    const { report, stderr } = await runJudge([...quick, ...marker, ...server]);
    expect(failedClauses(report), stderr).toContain('Q01');
    expect(report?.handlerEvidence).toBe(evidence);
    const reason = report?.clauses.find(({ id }) => id === 'Q01')?.reason;
    expect(reason).toMatch(/by the marker in its answers \d+ handlers had run/);
  });

  it('is no such thing where nobody was asked to look for the mark', async () => {
    const { report, stderr } = await runJudge([...quick, ...server]);
    expect(report?.account.verdicts['turned-away'], stderr).toBeGreaterThan(0);
    expect(failedClauses(report), stderr).not.toContain('Q01');
    expect(report?.handlerEvidence).toBe('protocol');
  });
});

describe('an answer 503 without the mark', () => {
  it('was given before the handler, and nothing is lost by it', async () => {
    const marker = ['--served-header', 'X-Handled-By'];
    const { report, stderr } = await runJudge([...quick, ...marker, ...server], { DEFECT: 'none' });
    expect(report?.account.verdicts['turned-away'], stderr).toBeGreaterThan(0);
    expect(failedClauses(report), stderr).not.toContain('Q01');
    expect(report?.runs.every(({ account }) => account?.handlersRan === 0)).toBe(true);
  });
});

describe('a log that names no request', () => {
  it('is said, and nothing is concluded from it', async () => {
    const { code, stderr } = await runJudge([...quick, '--served-log', 'served', ...server]);
    expect(stderr).toMatch(/requests were answered, and no line of its output that matches served names one/);
    expect(code).toBe(2);
  });
});

describe('a marker that no answer carries', () => {
  it('is said before any stop', async () => {
    const { code, stderr } = await runJudge([...quick, '--served-header', 'X-Nobody', ...server]);
    expect(stderr).toMatch(/no answer carries the header x-nobody, before any stop/);
    expect(code).toBe(2);
  });
});
