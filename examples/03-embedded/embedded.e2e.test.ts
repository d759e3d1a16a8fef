import { describe, expect, it } from 'vitest';
import { startNode } from '../../e2e/support/process.js';

describe('the embedded service', () => {
  it('is started, used and stopped by its host, registers nothing, and leaves the process alone', async () => {
    const host = startNode(new URL('host.mjs', import.meta.url));

    expect(await host.waitForExit()).toMatchObject({ code: 0, signal: null });
    expect(host.stdout.trimEnd().split('\n')).toEqual([
      'answer: hello',
      'listeners added to the process: 0',
      'reports: 1 clean',
      'start: not ready - the host changed its mind',
      'the host goes on',
    ]);
    expect(host.stderr).toBe('');
  });
});
