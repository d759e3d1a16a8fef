import { readFileSync } from 'node:fs';

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

/**
 * The resident memory of a process and its children (nginx's workers), in KiB.
 * Source: proc(5), `VmRSS`, which is exact where `statm` is not.
 */
export function residentKiB(pid: number): number {
  const own = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return childrenOf(pid).reduce((sum, child) => sum + residentKiB(child), Number(own));
}
