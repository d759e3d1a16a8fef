import { describe, expect, it } from 'vitest';
import { startNode, type TestProcess } from '../../e2e/support/process.js';

function startGroup(env: Record<string, string> = {}): TestProcess {
  return startNode(new URL('group.mjs', import.meta.url), [], { env });
}

describe('the run group', () => {
  it('ends as a whole when the first of its actors has done its work', async () => {
    const group = startGroup();
    expect(await group.waitForExit()).toMatchObject({ code: 0, signal: null });
    expect(group.stdout).toContain('beat');
    expect(group.stdout).toContain('first: importer, reason: actor:importer ended, clean');
  });

  it('ends as a whole, with exit code 1, when the first of its actors fails', async () => {
    const group = startGroup({ FAIL: '1' });
    expect(await group.waitForExit()).toMatchObject({ code: 1, signal: null });
    expect(group.stdout).toContain('first: importer, reason: actor:importer failed, failed');
  });

  it('says that none of its actors was the first when a signal came', async () => {
    const group = startGroup({ IMPORT_MS: '60000' });
    await group.waitForLine('beat');
    group.signal('SIGTERM');
    expect(await group.waitForExit()).toMatchObject({ code: 0, signal: null });
    expect(group.stdout).toContain('first: none, reason: signal:SIGTERM, clean');
  });
});
