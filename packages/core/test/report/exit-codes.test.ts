import { readFileSync } from 'node:fs';
import type { ExitCodePolicy, StopOutcome } from '@quiesce/core';
import { describe, expect, it } from 'vitest';
import { resolveExit } from '../../src/report/outcome.js';

const page = readFileSync(new URL('../../../../docs/exit-codes.md', import.meta.url), 'utf8');

const policies = Object.keys({ '0': true, '1': true, legacy: true } satisfies Record<
  ExitCodePolicy,
  true
>) as ExitCodePolicy[];
const outcomes = Object.keys({
  clean: true,
  incomplete: true,
  forced: true,
  failed: true,
} satisfies Record<StopOutcome, true>) as StopOutcome[];
const afterSigterm = 'signal:SIGTERM';
const otherReasons = ['signal:SIGINT', 'signal:SIGUSR2', 'requested', 'crash', 'start-failed'];

/** The rows of the page's first table, as cells without their back quotes. */
function readRules(): readonly (readonly string[])[] {
  const [, table = ''] = /## The rules\n\n((?:\|.*\n)+)/.exec(page) ?? [];
  const rows = table.split('\n').filter((line) => line !== '' && !line.startsWith('| ---'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('`', '').replace('(default)', '').trim()),
  );
}

describe('docs/exit-codes.md', () => {
  const [header = [], ...rules] = readRules();

  it('has a column for every policy, and every outcome', () => {
    expect(header.slice(2).toSorted()).toEqual(policies.toSorted());
    expect(new Set(rules.map(([outcome = '']) => outcome.split(' ')[0]))).toEqual(new Set(outcomes));
  });

  for (const [outcome = '', , ...codes] of rules) {
    it(`says the code of a stop that was ${outcome}`, () => {
      const [name = '', ...when] = outcome.split(' ');
      const isSigterm = when.join(' ') === 'after SIGTERM';
      const isOther = when.join(' ') === 'after anything else';
      const reasons = isSigterm ? [afterSigterm] : isOther ? otherReasons : [afterSigterm, ...otherReasons];
      for (const reason of reasons) {
        const given = policies.map((policy) => resolveExit(name as StopOutcome, policy, reason).code);
        expect(given).toEqual(policies.map((policy) => Number(codes[header.indexOf(policy) - 2])));
      }
    });
  }

  it('has a row for every reason that a clean stop may have', () => {
    const cleanRows = rules.map(([outcome]) => outcome).filter((outcome) => outcome?.startsWith('clean'));
    expect(cleanRows).toEqual(['clean after SIGTERM', 'clean after anything else']);
  });
});

describe('the exit code', () => {
  it('of a stop that was not clean is never that of one that was, under any policy', () => {
    for (const policy of policies) {
      const clean = [afterSigterm, ...otherReasons].map(
        (reason) => resolveExit('clean', policy, reason).code,
      );
      for (const outcome of outcomes.filter((each) => each !== 'clean')) {
        expect(clean).not.toContain(resolveExit(outcome, policy, afterSigterm).code);
      }
    }
  });

  it('comes with the rule that gave it', () => {
    expect(resolveExit('clean', 'legacy', afterSigterm).rule).toBe(
      'clean after signal:SIGTERM, policy "legacy"',
    );
    expect(resolveExit('failed', '1', 'crash').rule).toContain('told apart');
  });
});
