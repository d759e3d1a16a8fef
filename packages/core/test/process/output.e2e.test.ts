import { describe, expect, it } from 'vitest';
import { fixtureCommand, startInShell } from '../support/fixture.js';

describe.concurrent('what hooks write on the way out', () => {
  it('is complete, however slowly it is read', async ({ onTestFinished }) => {
    const [node, reader] = fixtureCommand('reads-slowly');
    const printer = fixtureCommand('prints-while-stopping');
    const script = 'node=$1 reader=$2; shift 2; { "$@"; echo "exit $?" >&2; } | "$node" "$reader"';
    const pipeline = startInShell(script, [node, reader, ...printer], onTestFinished);
    await pipeline.waitForExit();
    expect(pipeline.stdout).toBe('16384 lines, the last one 16384\n');
    expect(pipeline.stderr).toMatch(/^exit 0$/m);
  });

  it('does not keep the process beyond its deadline when nobody reads', async ({ onTestFinished }) => {
    const printer = fixtureCommand('prints-while-stopping', { options: { timeoutMs: 300, watchdog: false } });
    const script = '{ "$@"; echo "exit $?" >&2; } | sleep 60';
    const pipeline = startInShell(script, printer, onTestFinished);
    expect(await pipeline.waitForLine(/^exit /, { from: 'stderr' })).toBe('exit 0');
  });
});
