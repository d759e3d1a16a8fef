import { execFileSync } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createControlClient } from '../../src/client/index.js';
import { verifyAudit } from '../../src/index.js';
import { type ServiceProcess, startService, tcp } from '../support/service-process.js';
import { tokens } from '../support/test-service.js';

const diskBytes = 65_536;

/** Its line is longer than any that `exhaust` has tried. */
const tooLong = { reason: 'x'.repeat(190) };

/** A disk of 64 KiB; undefined where this process may not mount one. */
async function mountSmallDisk(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const directory = await mkdtemp(join(tmpdir(), 'quiesce-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes},mode=700`, 'tmpfs', directory]);
  } catch {
    // A container may be root without being allowed to mount.
    await rm(directory, { recursive: true });
    return undefined;
  }
  onTestFinished(async () => {
    execFileSync('umount', ['--lazy', directory]);
    await rm(directory, { recursive: true });
  });
  return directory;
}

/** Fills a disk to the last byte. */
async function fill(file: string): Promise<void> {
  for (const size of [4_096, 512, 1]) {
    for (;;) {
      try {
        await appendFile(file, 'x'.repeat(size));
      } catch {
        break;
      }
    }
  }
}

/** Fills the disk, and what is left of the log's last page, until nothing can be put on record. */
async function exhaust(disk: string, { socketPath }: ServiceProcess): Promise<void> {
  await fill(join(disk, 'filler'));
  const client = createControlClient({ socketPath });
  while ((await client.metrics()).includes('quiesce_audit_failures_total 0')) {
    await client.shutdown({ reason: 'crash' }).catch(() => {}); // refused, and put on record
  }
}

async function startOn(
  disk: string,
  failure: 'refuse' | 'allow',
): Promise<ServiceProcess & { auditFile: string }> {
  const auditFile = join(disk, 'audit.log');
  const service = await startService({ control: { ...tcp, auditFile, auditFailure: failure } });
  return { ...service, auditFile };
}

describe('a full disk', () => {
  it('keeps a stop over TCP from being done unrecorded, and says so; with room again it is done', async ({
    skip,
  }) => {
    const disk = await mountSmallDisk();
    if (disk === undefined) return skip('needs the right to mount a small disk');
    const service = await startOn(disk, 'refuse');
    const before = (await stat(service.auditFile)).size;
    await exhaust(disk, service);
    const client = createControlClient({ url: service.addresses.url ?? '', token: tokens.operate });
    const refusal = await client.shutdown(tooLong).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ status: 503, problem: { code: 'audit-unavailable' } });
    expect((await client.status()).state).toBe('running');
    await service.process.waitForLine(/audit log ".*" cannot be written: ENOSPC/);
    expect((await stat(service.auditFile)).size).toBeGreaterThan(before);
    expect(await verifyAudit(service.auditFile)).toMatchObject({ ok: true });

    await truncate(join(disk, 'filler'), 0);
    expect((await client.shutdown()).outcome).toBe('clean');
    expect(await service.process.waitForExit()).toMatchObject({ code: 0 });
    expect(service.process.stderr).toContain('the audit log can be written again');
    expect(await verifyAudit(service.auditFile)).toMatchObject({ ok: true });
    expect((await readFile(service.auditFile, 'utf8')).trimEnd().split('\n').at(-1)).toContain('"stopped"');
  });

  it('does not keep the owner of the socket from stopping the service', async ({ skip }) => {
    const disk = await mountSmallDisk();
    if (disk === undefined) return skip('needs the right to mount a small disk');
    const service = await startOn(disk, 'refuse');
    await exhaust(disk, service);
    const client = createControlClient({ socketPath: service.socketPath });
    expect((await client.shutdown(tooLong)).outcome).toBe('clean');
    await service.process.waitForLine('not in the audit log: {"event":"call","outcome":"accepted"');
  });

  it('does not keep a service from starting, nor from stopping where that was chosen', async ({ skip }) => {
    const disk = await mountSmallDisk();
    if (disk === undefined) return skip('needs the right to mount a small disk');
    await writeFile(join(disk, 'audit.log'), '');
    await fill(join(disk, 'filler'));
    const service = await startOn(disk, 'allow');
    await service.process.waitForLine(/audit log ".*" cannot be written: ENOSPC/);
    const client = createControlClient({ url: service.addresses.url ?? '', token: tokens.operate });
    expect((await client.shutdown()).outcome).toBe('clean');
  });
});
