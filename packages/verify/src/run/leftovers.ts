import { readFileSync } from 'node:fs';
import { isAlive } from '../server/process-group.js';
import type { ServerProcess } from '../server/server-process.js';
import { pause } from '../time/pause.js';
import type { Leftover } from './run-evidence.js';

/** Children that end because their parent did need a moment for it. */
const graceMs = 500;
const lookEveryMs = 20;

/** Who of the server's family still runs a moment after its main process has ended. */
export async function findLeftovers(
  server: ServerProcess,
  interrupt: AbortSignal | undefined,
): Promise<Leftover[]> {
  const until = performance.now() + graceMs;
  let left = server.family();
  while (left.length > 0 && performance.now() < until) {
    await pause(lookEveryMs, interrupt);
    left = server.family().filter(isAlive);
  }
  return left.map(({ pid }) => ({ pid, command: commandOf(pid) }));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 200);
  } catch {
    return '';
  }
}
