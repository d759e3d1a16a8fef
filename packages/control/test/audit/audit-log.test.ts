import { createHash } from 'node:crypto';
import {
  appendFile,
  copyFile,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.js';
import { createTemporaryDirectory } from '../support/temporary-directory.js';
import { callEntry, openTestAuditLog } from '../support/test-audit-log.js';

describe('the audit log', () => {
  it('has a line for each entry, each with the hash of the one before', async () => {
    const { log, path } = await openTestAuditLog();
    await log.append(callEntry('a'));
    await log.append(callEntry('b'));
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(parsed.map(({ seq, event, id }) => [seq, event, id])).toEqual([
      [1, 'opened', undefined],
      [2, 'call', 'a'],
      [3, 'call', 'b'],
    ]);
    const hashes = lines.map((line) => createHash('sha256').update(line).digest('hex'));
    expect(parsed.map(({ prev }) => prev)).toEqual(['0'.repeat(64), hashes[0], hashes[1]]);
  });

  it('can be read by its owner alone', async () => {
    const { path } = await openTestAuditLog();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(`${path}.head`)).mode & 0o777).toBe(0o600);
  });

  it('keeps the order of entries that come together, and syncs them together', async () => {
    const { log, lines } = await openTestAuditLog();
    const ids = Array.from({ length: 200 }, (_, index) => String(index));
    await Promise.all(ids.map((id) => log.append(callEntry(id))));
    expect((await lines()).slice(1).map(({ id }) => id)).toEqual(ids);
    expect(log.lines).toBe(201);
  });

  it('goes on with the chain after a restart', async () => {
    const { log, path } = await openTestAuditLog();
    await log.append(callEntry('a'));
    await log.close();
    const next = await openTestAuditLog(path);
    await next.log.append(callEntry('b'));
    expect((await next.lines()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(await verifyAudit(path)).toMatchObject({ ok: true, lines: 4 });
  });

  it('goes on with the chain in a new file after a rotation by renaming', async () => {
    const { log, path } = await openTestAuditLog();
    await log.append(callEntry('a'));
    await rename(path, `${path}.1`);
    await log.append(callEntry('still in the old file'));
    await log.reopen();
    await log.append(callEntry('b'));
    expect(await verifyAudit(`${path}.1`, { expectedHead: { seq: 0, hash: '' } })).toMatchObject({
      ok: true,
      lines: 3,
    });
    expect(await verifyAudit([`${path}.1`, path])).toMatchObject({ ok: true, lines: 5, firstSeq: 1 });
    expect(await verifyAudit(path)).toMatchObject({ ok: true, lines: 2, firstSeq: 4 });
  });

  it('goes on with the chain after a rotation by copying and truncating', async () => {
    const { log, path } = await openTestAuditLog();
    await log.append(callEntry('a'));
    await copyFile(path, `${path}.1`);
    await truncate(path, 0);
    await log.append(callEntry('b'));
    expect(await verifyAudit([`${path}.1`, path])).toMatchObject({ ok: true, lines: 3 });
  });

  it('goes on with the chain when it was rotated away just before a restart', async () => {
    const { log, path } = await openTestAuditLog();
    await log.append(callEntry('a'));
    await log.close();
    await rename(path, `${path}.1`);
    await openTestAuditLog(path);
    expect(await verifyAudit([`${path}.1`, path])).toMatchObject({ ok: true, lines: 3 });
  });

  it('makes a new file when somebody has removed it, and the gap stays visible', async () => {
    const { log, path } = await openTestAuditLog();
    await log.append(callEntry('a'));
    await rm(path);
    await log.append(callEntry('b'));
    expect(await verifyAudit(path)).toMatchObject({ lines: 1, firstSeq: 3 });
  });

  it('says what a crash has left of a line, and goes on after it', async () => {
    const { log, path } = await openTestAuditLog();
    await log.append(callEntry('a'));
    await log.close();
    await appendFile(path, '{"seq":3,"at":"20');
    const next = await openTestAuditLog(path);
    await next.log.append(callEntry('b'));
    expect(await verifyAudit(path)).toMatchObject({ ok: true });
    const recovered = (await readFile(path, 'utf8')).split('\n').find((line) => line.includes('recovered'));
    expect(JSON.parse(recovered ?? '')).toMatchObject({ seq: 3, event: 'recovered', fragmentBytes: 17 });
  });

  it('says at its start that lines are missing at the end', async () => {
    const { log, path } = await openTestAuditLog();
    await log.append(callEntry('a'));
    await log.append(callEntry('b'));
    await log.close();
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.split('\n').slice(0, 2).join('\n').concat('\n'));
    const next = await openTestAuditLog(path);
    expect(next.messages.map(({ message }) => message)).toEqual([
      expect.stringMatching(/ends at line 2, but had got to 3/),
    ]);
    expect((await verifyAudit(path)).findings).toMatchObject([{ problem: 'removed', line: 3 }]);
  });

  it('takes nothing while another process writes to its file', async () => {
    const { log, path } = await openTestAuditLog();
    await appendFile(path, '{"seq":2}\n');
    await expect(log.append(callEntry('a'))).rejects.toMatchObject({
      code: 'QUIESCE_CONTROL_AUDIT',
      message: expect.stringContaining('another process'),
    });
    expect(log.failures).toBe(1);
  });

  it('follows no symbolic link, and wants a regular file in a directory that is there', async () => {
    const directory = await createTemporaryDirectory();
    await writeFile(join(directory, 'target'), '');
    await symlink(join(directory, 'target'), join(directory, 'link'));
    await mkdir(join(directory, 'directory'));
    await expect(openTestAuditLog(join(directory, 'link'))).rejects.toThrow(/symbolic link/);
    await expect(openTestAuditLog(join(directory, 'directory'))).rejects.toThrow(/EISDIR/);
    await expect(openTestAuditLog(join(directory, 'no', 'audit.log'))).rejects.toThrow(/ENOENT/);
    await expect(openTestAuditLog('/dev/null')).rejects.toThrow(/not a regular file/);
    expect(await readFile(join(directory, 'target'), 'utf8')).toBe('');
  });

  it('writes again after a failure that has passed, and says both once', async () => {
    const { log, path, messages } = await openTestAuditLog();
    const directory = dirname(path);
    await log.close();
    await rename(directory, `${directory}.away`);
    await expect(log.append(callEntry('a'))).rejects.toThrow(/ENOENT/);
    await expect(log.append(callEntry('b'))).rejects.toThrow(/ENOENT/);
    await rename(`${directory}.away`, directory);
    await log.append(callEntry('c'));
    expect(messages.map(({ level, message }) => `${level} ${message.replace(path, 'X')}`)).toEqual([
      expect.stringMatching(/^error audit log "X" cannot be opened: ENOENT/),
      'info the audit log can be written again',
    ]);
    expect(await verifyAudit(path)).toMatchObject({ ok: true, lines: 2 });
  });
});
