import type { Lifecycle, LifecycleOptions } from '@quiesce/core';
import { describe, expect, it } from 'vitest';
import { createTestLifecycle } from '../support/test-lifecycle.js';

/** A lifecycle whose log lines can be looked at. */
function createLogged(options: Partial<LifecycleOptions>): { lifecycle: Lifecycle; lines: string[] } {
  const lines: string[] = [];
  const write = (_fields: object, message: string): void => void lines.push(message);
  const logger = { info: write, warn: write, error: write };
  return { lifecycle: createTestLifecycle({ logger, ...options }).lifecycle, lines };
}

describe('the log lines of a stop', () => {
  it('say on each rung what a further signal will do', async () => {
    const { lifecycle, lines } = createLogged({});
    void lifecycle.shutdown();
    await lifecycle.shutdown({ mode: 'last-ditch', reason: 'the node is dying' });
    expect(lines[0]).toMatch(
      /^stopping \(graceful, requested\), 25.0 s at most; a further signal cuts the work/,
    );
    expect(lines[1]).toMatch(/^from graceful to last-ditch \(the node is dying\); a further signal ends the/);
  });

  it('say nothing of signals where none is listened to', async () => {
    const { lifecycle, lines } = createLogged({ signals: false });
    void lifecycle.shutdown();
    await lifecycle.shutdown({ mode: 'last-ditch', reason: 'the node is dying' });
    expect(lines[0]).toBe('stopping (graceful, requested), 25.0 s at most');
    expect(lines[1]).toBe('from graceful to last-ditch (the node is dying)');
  });
});
