import { readFile, writeFile } from 'node:fs/promises';
import { createControlClient } from '@quiesce/control/client';
import { describe, expect, it } from 'vitest';
import { startService } from '../../../control/test/support/service-process.js';
import { createTemporaryDirectory } from '../../../control/test/support/temporary-directory.js';
import { runQuiesce } from '../support/quiesce-process.js';

/** The log of a service that was stopped over its control endpoint. */
async function writeLog(): Promise<{ path: string; lines: string[] }> {
  const directory = await createTemporaryDirectory();
  const path = `${directory}/audit.log`;
  const service = await startService({ control: { auditFile: path } }, directory);
  await createControlClient({ socketPath: service.socketPath }).shutdown();
  await service.process.waitForExit();
  return { path, lines: (await readFile(path, 'utf8')).trimEnd().split('\n') };
}

describe('quiesce audit verify', () => {
  it('finds nothing in a log as it was written, and tells its head', async () => {
    const { path, lines } = await writeLog();
    const run = await runQuiesce(['audit', 'verify', path]);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(
      new RegExp(`^whole: ${lines.length} lines, numbers 1 to ${lines.length}\nhead \\d+:[0-9a-f]{64}\n$`),
    );
    const head = /^head (\S+)$/m.exec(run.stdout)?.[1] ?? '';
    expect(await runQuiesce(['audit', 'verify', '--expect-head', head, path])).toMatchObject({ code: 0 });
  });

  it.each([
    [
      'changed',
      ([a = '', b = '', ...rest]: readonly string[]) => [a, b.replace('accepted', 'refused'), ...rest],
    ],
    ['removed', ([a = '', , ...rest]: readonly string[]) => [a, ...rest]],
    ['removed', (lines: readonly string[]) => lines.slice(0, -1)],
    ['moved', ([a = '', b = '', c = '']: readonly string[]) => [a, c, b]],
  ])('finds a line that was %s: 2', async (problem, spoil) => {
    const { path, lines } = await writeLog();
    await writeFile(path, `${spoil(lines).join('\n')}\n`);
    const run = await runQuiesce(['audit', 'verify', path]);
    expect(run.code).toBe(2);
    expect(run.stdout).toMatch(new RegExp(`^${path}:\\d: ${problem}: `, 'm'));
    expect(run.stdout).toMatch(/^NOT whole: /m);
    const json = await runQuiesce(['audit', 'verify', '--json', path]);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, findings: [{ problem }] });
  });

  it('says which file cannot be read, and what is wrong with the command line: 1', async () => {
    const none = await runQuiesce(['audit', 'verify', '/nowhere/audit.log']);
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain('quiesce audit verify: audit log "/nowhere/audit.log" cannot be read');
    const head = await runQuiesce(['audit', 'verify', '--expect-head', '17', '/nowhere/audit.log']);
    expect(head.stderr).toContain('--expect-head must be a number, a colon and a SHA-256');
    expect(await runQuiesce(['audit', 'verify'])).toMatchObject({ code: 1 });
    expect(await runQuiesce(['audit'])).toMatchObject({ code: 1 });
  });
});
