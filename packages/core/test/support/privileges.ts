import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'vitest';

/** Something that a test does with the system, and that not every system permits. */
export interface Privilege {
  /** Goes before the command that needs it. */
  readonly command: readonly [string, ...string[]];
  readonly what: string;
}

/** A PID namespace, in which the command is PID 1, as in a container. */
export const asPidOne: Privilege = {
  command: ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'],
  what: 'a PID namespace of its own',
};

/** A mount namespace: what the command mounts is gone with it. */
export const withOwnMounts: Privilege = { command: ['unshare', '--mount'], what: 'mounts of its own' };

/** Another user, who may neither signal this one's processes nor write to its folders. */
export const asNobody: Privilege = {
  command: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
  what: 'running as another user',
};

/** Skips a test where the system does not permit something, and says so. */
export function requirePrivilege({ skip }: TestContext, { command, what }: Privilege): void {
  const [name, ...args] = command;
  const { status, stderr, error } = spawnSync(name, [...args, 'true'], { encoding: 'utf8' });
  if (status !== 0) skip(`${what} is not permitted here: ${(stderr || error?.message) ?? status}`);
}

/** The process that `unshare --fork` has started, by its id outside the namespace. Linux only. */
export function childOf(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  if (!child) throw new Error(`process ${pid} has no child`);
  return Number(child);
}
