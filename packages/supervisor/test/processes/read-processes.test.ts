import { expect, it } from 'vitest';
import { startHeadlessProcess } from '../../../../e2e/support/headless-process.js';
import { readProcess } from '../../src/processes/read-processes.js';

it('a process has ended when its last thread has, not when its first', async (context) => {
  const headless = (await startHeadlessProcess()) ?? context.skip('python3 or /proc is not here');
  expect(readProcess(headless.pid)).toMatchObject({
    pid: headless.pid,
    parent: process.pid,
    hasEnded: false,
  });
  await headless.end();
  expect(readProcess(headless.pid)).toBeUndefined();
});
