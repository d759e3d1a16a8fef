import { expect, it } from 'vitest';
import { startHeadlessProcess } from '../../../../e2e/support/headless-process.js';
import { readProcessStat } from '../../src/server/proc-stat.js';
import { familyOf, isAlive } from '../../src/server/process-group.js';

it('a process is of its family until its last thread has ended, whatever the state of the first says', async (context) => {
  const headless = (await startHeadlessProcess()) ?? context.skip('python3 or /proc is not here');
  const stat = readProcessStat(headless.pid) ?? expect.fail('it is there');
  expect(isAlive(stat)).toBe(true);
  expect(familyOf(stat.group, new Set([stat.pid])).map(({ pid }) => pid)).toContain(stat.pid);
  await headless.end();
  expect(isAlive(stat)).toBe(false);
});
