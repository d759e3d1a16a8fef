import { copyFile, readFile, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.js';
import { callEntry, openTestAuditLog } from '../support/test-audit-log.js';

/** Writes a log of so many lines, gives its text to `change`, and verifies what comes back. */
async function verifyChanged(
  lines: number,
  change: (lines: string[]) => string[],
  keepHead = true,
): ReturnType<typeof verifyAudit> {
  const { log, path } = await openTestAuditLog();
  for (let each = 1; each < lines; each += 1) void log.append(callEntry(`call-${each}`));
  await log.close();
  const text = (await readFile(path, 'utf8')).trimEnd().split('\n');
  expect(text).toHaveLength(lines);
  await writeFile(path, `${change([...text]).join('\n')}\n`);
  if (!keepHead) await writeFile(`${path}.head`, '');
  return verifyAudit(path);
}

describe('the verification of an audit log', () => {
  it('finds nothing in one that nobody has touched, and tells its head', async () => {
    const result = await verifyChanged(5, (lines) => lines);
    expect(result).toMatchObject({ ok: true, lines: 5, firstSeq: 1, findings: [] });
    expect(result.head).toMatchObject({ seq: 5, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('finds a line that was changed, and names it', async () => {
    const result = await verifyChanged(5, (lines) =>
      lines.with(2, lines[2]?.replace('owner', 'nobody') ?? ''),
    );
    expect(result.findings).toMatchObject([{ problem: 'changed', line: 3 }]);
  });

  it('finds a last line that was changed', async () => {
    const result = await verifyChanged(5, (lines) =>
      lines.with(4, lines[4]?.replace('owner', 'nobody') ?? ''),
    );
    expect(result.findings).toMatchObject([{ problem: 'changed', line: 5 }]);
  });

  it('finds lines that were removed, and how many', async () => {
    const result = await verifyChanged(6, (lines) => lines.toSpliced(2, 2));
    expect(result.findings).toMatchObject([
      { problem: 'removed', line: 3, message: expect.stringContaining('3 to 4') },
    ]);
  });

  it('finds last lines that were removed', async () => {
    const result = await verifyChanged(6, (lines) => lines.slice(0, 4));
    expect(result.findings).toMatchObject([
      { problem: 'removed', message: expect.stringContaining('5 to 6') },
    ]);
  });

  it('finds a line that was moved', async () => {
    const swap = (lines: string[]): string[] => [
      ...lines.slice(0, 2),
      lines[3] ?? '',
      lines[2] ?? '',
      ...lines.slice(4),
    ];
    const result = await verifyChanged(6, swap);
    expect(result.findings).toMatchObject([
      { problem: 'moved', line: 4, message: expect.stringContaining('line 3') },
    ]);
  });

  it('finds a line that is there twice', async () => {
    const result = await verifyChanged(5, (lines) => lines.toSpliced(3, 0, lines[1] ?? ''));
    expect(result.findings).toMatchObject([{ problem: 'repeated', line: 4 }]);
  });

  it('finds what is not a line of a log, and what comes after the end', async () => {
    const result = await verifyChanged(3, (lines) => [
      ...lines.slice(0, 1),
      'not JSON',
      ...lines.slice(1),
      '{"seq":4',
    ]);
    expect(result.findings).toMatchObject([
      { problem: 'malformed', line: 2 },
      { problem: 'malformed', line: 5 },
    ]);
  });

  it('finds a chain that begins anew', async () => {
    const first = await openTestAuditLog();
    const second = await openTestAuditLog();
    await second.log.append(callEntry('a'));
    const text = await readFile(first.path, 'utf8');
    await writeFile(first.path, text + (await readFile(second.path, 'utf8')));
    const result = await verifyAudit(first.path);
    expect(result.findings.map(({ problem, line }) => [problem, line])).toContainEqual(['new-chain', 2]);
  });

  it('finds a log that was written anew, when its head was noted down elsewhere', async () => {
    const { log, path } = await openTestAuditLog();
    await log.append(callEntry('what really happened'));
    await log.close();
    const { head } = await verifyAudit(path);
    const forged = await openTestAuditLog();
    await forged.log.append(callEntry('what somebody would like to have happened'));
    await forged.log.close();
    for (const end of ['', '.head']) await copyFile(forged.path + end, path + end);
    expect(await verifyAudit(path)).toMatchObject({ ok: true });
    expect(head).toBeDefined();
    if (head === undefined) return;
    expect((await verifyAudit(path, { expectedHead: head })).findings).toMatchObject([
      { problem: 'changed', line: 2 },
    ]);
  });

  it('finds nothing in an empty log, and says when a file is not there', async () => {
    const { log, path } = await openTestAuditLog();
    await log.close();
    await writeFile(path, '');
    await writeFile(`${path}.head`, '');
    expect(await verifyAudit(path)).toMatchObject({ ok: true, lines: 0, head: undefined });
    await expect(verifyAudit(`${path}.nowhere`)).rejects.toMatchObject({ code: 'QUIESCE_CONTROL_AUDIT' });
  });

  it('finds any change of any byte, wherever it is', async () => {
    const { log, path } = await openTestAuditLog();
    for (const id of ['a', 'b', 'c']) await log.append(callEntry(id));
    await log.close();
    const bytes = await readFile(path);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: bytes.length - 2 }),
        fc.integer({ min: 1, max: 255 }),
        async (position, difference) => {
          const changed = Buffer.from(bytes);
          changed[position] = (changed[position] ?? 0) ^ difference;
          await writeFile(path, changed);
          expect(await verifyAudit(path)).toMatchObject({ ok: false });
        },
      ),
      { numRuns: 100 },
    );
  });

  it('finds any removal and any exchange of lines', async () => {
    const { log, path } = await openTestAuditLog();
    for (let each = 0; each < 9; each += 1) await log.append(callEntry(String(each)));
    await log.close();
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const kept = fc.shuffledSubarray(lines, { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(kept, async (some) => {
        await writeFile(path, `${some.join('\n')}\n`);
        const isUntouched = some.every((line, index) => line === lines[lines.length - some.length + index]);
        // What was cut off at the beginning is in an older file: `firstSeq` says so.
        const result = await verifyAudit(path);
        expect(result.ok).toBe(isUntouched);
        if (isUntouched) expect(result.firstSeq).toBe(lines.length - some.length + 1);
      }),
      { numRuns: 100 },
    );
  });
});
