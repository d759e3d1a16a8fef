import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { requireServer } from '../servers.js';
import { createCgroup } from './cgroup2.js';

/** What boot.sh needs of the kernel, in short. */
const probe = `
set -e
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount -t proc proc "$1/root/proc"
mount -t sysfs -o ro sysfs "$1/root/sys"
mount -t cgroup2 cgroup2 "$1/root/sys/fs/cgroup"
`;

/** How a kernel says that it will not, or can't; anything else is a defect of the probe, not a property of the machine. */
const refusals =
  /not permitted|permission denied|read-only file system|no such device|unknown filesystem|wrong fs type|no cgroup2|EPERM|EACCES|EROFS|ENOENT/i;

/** The namespaces in which it is booted. */

export const namespaces: readonly string[] = ['--cgroup', '--pid', '--mount', '--uts', '--ipc', '--net'];

/**
 * The path of systemd, where it can be booted in namespaces of its own. Where it is not installed the test is skipped, or
 * fails on CI, like any other server. Where this process may not make such namespaces nothing can be installed
 * against it: the test is skipped, also on CI, and says what was refused.
 */
export function requireSystemd(context: TestContext): string {
  const path = requireServer(context, 'systemd');
  const refusal = findRefusalOnce();
  if (refusal === undefined) return path;
  return context.skip(`systemd can't be booted here: ${refusal}`);
}

const findRefusalOnce = once(findRefusal);

function findRefusal(): string | undefined {
  if (process.platform !== 'linux') return `${process.platform} has no systemd`;
  if (process.getuid?.() !== 0) return 'only root may mount an overlay and make control groups';
  try {
    createCgroup(`quiesce-probe-${randomUUID()}`).remove();
  } catch (error) {
    return String(error);
  }
  const folder = mkdtempSync(join(tmpdir(), 'quiesce-probe-'));
  const args = [...namespaces, '--fork', '--', 'sh', '-c', probe, 'sh', folder];
  const { status, stderr, error } = spawnSync('unshare', args, { encoding: 'utf8' });
  rmdirSync(folder);
  if (status === 0) return undefined;
  const refusal = error?.message ?? stderr.trim();
  if (!refusals.test(refusal)) throw new Error(`the probe for systemd failed: ${refusal}`);
  return refusal;
}

function once<Value>(find: () => Value): () => Value {
  let found: { readonly value: Value } | undefined;
  return () => (found ??= { value: find() }).value;
}
