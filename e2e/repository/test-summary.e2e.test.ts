import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { root } from '../../scripts/workspace.mjs';
import { startNode } from '../support/process.js';

interface Report {
  readonly [file: string]: { readonly status: string; readonly tests: Readonly<Record<string, string>> };
}

async function summarize(...reports: readonly Report[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'quiesce-summary-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [index, report] of reports.entries()) {
    const testResults = Object.entries(report).map(([name, { status, tests }]) => ({
      name: join(root, name),
      status,
      assertionResults: Object.entries(tests).map(([fullName, verdict]) => ({ fullName, status: verdict })),
    }));
    await writeFile(join(folder, `node-${index}.json`), JSON.stringify({ testResults }));
  }
  const summary = startNode(join(root, 'scripts/test-summary.mjs'), [folder]);
  expect(await summary.waitForExit()).toMatchObject({ code: 0 });
  return summary.stdout.trimEnd().split('\n');
}

it('the last line of a run counts each test once, by the worst that any version of Node.js made of it', async () => {
  const lines = await summarize(
    {
      'a.test.ts': {
        status: 'passed',
        tests: { one: 'passed', two: 'passed', three: 'skipped', four: 'todo' },
      },
    },
    {
      'a.test.ts': {
        status: 'failed',
        tests: { one: 'passed', two: 'failed', three: 'passed', four: 'pending' },
      },
    },
  );
  expect(lines).toEqual(['failed: a.test.ts > two', '2 passed, 1 failed, 1 skipped']);
});

it('the last line of a run counts a file that does not load as a failure', async () => {
  const lines = await summarize({
    'a.test.ts': { status: 'passed', tests: { one: 'passed' } },
    'b.test.ts': { status: 'failed', tests: {} },
  });
  expect(lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped');
});

it('the last line of a run is there when nothing ran', async () => {
  expect(await summarize()).toEqual(['0 passed, 0 failed, 0 skipped']);
});
