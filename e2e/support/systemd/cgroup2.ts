import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A control group (version 2) that a test has made. */
export interface TestCgroup {
  readonly path: string;
  /** Takes a process out of it, back to where this one is. */
  release(pid: number): void;
  /** Removes it and all below it; no process may be left in it. */
  remove(): void;
}

/** Makes a control group beside that of this process. Throws where that is not allowed. */
export function createCgroup(name: string): TestCgroup {
  const home = join(findMount(), findOwnPath());
  const path = join(home, name);
  mkdirSync(path);
  return {
    path,
    release: (pid) => writeFileSync(join(home, 'cgroup.procs'), String(pid)),
    remove: () => removeTree(path),
  };
}

/** The processes of a control group and of all below it; none when it does not exist. */
export function listProcesses(path: string): readonly number[] {
  let own: string;
  try {
    own = readFileSync(join(path, 'cgroup.procs'), 'utf8');
  } catch {
    return [];
  }
  return [...own.split('\n').filter(Boolean).map(Number), ...children(path).flatMap(listProcesses)];
}

function findMount(): string {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const path = mounts.map((line) => line.split(' ')).find(([, , type]) => type === 'cgroup2')?.[1];
  if (path === undefined) throw new Error('no cgroup2 is mounted');
  return path;
}

function findOwnPath(): string {
  return /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/';
}

function children(path: string): readonly string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(path, name));
}

function removeTree(path: string): void {
  for (const child of children(path)) removeTree(child);
  rmdirSync(path);
}
