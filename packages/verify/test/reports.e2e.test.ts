import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sumOf } from '../src/account/tally.js';
import { fixture, type JudgeResult, runJudge } from './run-judge.js';

const schemaFile = new URL('../schema/verify-report.schema.json', import.meta.url);

describe('one judging, in every form', () => {
  let directory = '';
  let result: JudgeResult;
  const file = (name: string): string => join(directory, name);
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'quiesce-reports-'));
    const forms = ['--html', file('report.html'), '--junit', file('report.xml')];
    const served = ['--served-log', '^served '];
    const settings = [
      '--runs',
      '2',
      '--only',
      'stop',
      '--deadline',
      '6',
      '--ready',
      '/readyz',
      '--seed',
      'a<b',
    ];
    const command = ['--', process.execPath, fixture('one-server.mjs'), '--flag', '<&>'];
    result = await runJudge([...settings, ...served, ...forms, ...command], {
      DEFECT: 'wrong-exit-code',
      LOG_SERVED: '1',
    });
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('exits with 1, as a clause fails', () => {
    expect(result.code, result.stderr).toBe(1);
  });

  it('is JSON that its schema describes', () => {
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(
      JSON.parse(readFileSync(schemaFile, 'utf8')),
    );
    expect(validate(result.report), JSON.stringify(validate.errors)).toBe(true);
  });

  it('has sums that add up, in each run and over all', () => {
    const accounts = (result.report?.runs ?? []).flatMap(({ account }) =>
      account === undefined ? [] : [account.tally],
    );
    for (const tally of [...accounts, ...(result.report ? [result.report.account] : [])]) {
      expect(sumOf(tally.verdicts)).toBe(tally.total);
      expect(Object.values(tally.streams).reduce((sum, counts) => sum + sumOf(counts), 0)).toBe(tally.total);
    }
    expect(accounts.reduce((sum, { total }) => sum + total, 0)).toBe(result.report?.account.total);
  });

  it('names the clause, the reason and the remedy on the terminal', () => {
    expect(result.stdout).toMatch(
      /FAIL {2}Q16 {2}the exit code is as stated\n.*exit code 7 in place of exit code 0\n.*→/,
    );
    expect(result.stdout).toContain('It does not stop gracefully');
  });

  it('is JUnit XML with one test case a clause', () => {
    const xml = readFileSync(file('report.xml'), 'utf8');
    expect(xml.match(/<testcase /g)).toHaveLength(result.report?.clauses.length ?? -1);
    expect(xml).toMatch(/classname="quiesce\.verify\.Q16"[^]*?<failure message="/);
    expect(xml).toContain('value="a&lt;b"');
    expect(xml).not.toContain('<&>');
  });

  it('is one page that loads nothing from anywhere', () => {
    const html = readFileSync(file('report.html'), 'utf8');
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script|<link|<img|url\(|@import|(src|href)=/);
    expect(html.match(/<svg /g)).toHaveLength(4);
    expect(html).toContain('&lt;&amp;&gt;');
  });

  it('knows from the log of the server which handlers ran', () => {
    expect(result.report?.handlerEvidence).toBe('server-log');
    expect(result.report?.runs.every(({ account }) => account?.handlersRan === 0)).toBe(true);
  });
});
